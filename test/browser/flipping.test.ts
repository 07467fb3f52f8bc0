import t from 'tap'
import { parse } from 'yaml'
import { openPlayground } from './playground.ts'

t.test('flips a coin with the keyboard alone, and keeps the focus', async (t) => {
  const { page, messages } = await openPlayground(t)
  const sent: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(request.postData() ?? '')
  })
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim())
  const tabTo = async (name: string) => {
    for (let times = 0; times < 30 && (await focused()) !== name; times++)
      await page.keyboard.press('Tab')
    t.equal(await focused(), name)
    const outline = () => getComputedStyle(document.activeElement ?? document.body).outlineStyle
    t.equal(await page.evaluate(outline), 'solid', `${name} shows its focus`)
  }
  const flips = (count: number) =>
    page.locator('[data-field="flips"] b').getByText(String(count), { exact: true }).waitFor()

  await tabTo('Flip the coin')
  await page.keyboard.press('Enter')
  await flips(1)
  t.equal(sent.length, 1, 'one flip is one call')
  t.match(JSON.parse(sent[0] ?? ''), { parent: { spec: { flips: [/Heads|Tails/] } } })
  t.equal(await focused(), 'Flip the coin')

  await tabTo('Heads')
  await page.keyboard.press('Enter')
  await flips(2)
  await tabTo('Tails')
  for (const count of [3, 4, 5]) {
    await page.keyboard.press('Space')
    await flips(count)
  }
  t.equal(await focused(), 'Tails')
  await page.locator('#messages li').waitFor()
  t.same(await messages(), ['lucky, three tails at flip 5'])
  t.match(await page.locator('#announcer').textContent(), /lucky: 5 flips\. .*ThreeTails is True/)
})

t.test('marks runs of three with the state of their message', async (t) => {
  const { page, flip, reason } = await openPlayground(t)
  await flip('HTTTTHTTT')
  const items = await page.locator('#strip > li').allTextContents()
  t.match(items, [
    'HHeads',
    /^TTailsTTailsTTails, run of three, message 1 stored$/,
    'TTails',
    'HHeads',
    /message 2 stored$/,
  ])
  t.match(await page.locator('[data-field="notifications"]').textContent(), /2was 1$/)

  await page.getByLabel('Paused').check()
  await flip('HTTT')
  await reason('Notified', 'Paused')
  t.match(await page.locator('#strip > li').last().textContent(), /message 3 waits$/)
  await page.getByLabel('Paused').uncheck()
  await reason('Notified', 'Published')
  t.match(await page.locator('#strip > li').last().textContent(), /message 3 stored$/)
})

t.test('shows several CoinFlips, also after a reload', async (t) => {
  const { page, press, flip, messages } = await openPlayground(t)
  const title = () => page.locator('#table-title').textContent()
  await flip('TTT')
  await page.getByLabel('New CoinFlip').fill('Not a name')
  await press('Create')
  await page.getByText('a name has lower case letters').waitFor()
  await page.getByLabel('New CoinFlip').fill('penny')
  await press('Create')
  t.equal(await title(), 'penny')
  await flip('HTTT')
  await page.getByRole('button', { name: 'lucky ready' }).click()
  t.equal(await title(), 'lucky')
  t.equal(await page.locator('#strip .disc').count(), 3)

  await page.reload()
  await page.locator('#messages li').nth(1).waitFor()
  t.same(await messages(), ['penny, three tails at flip 4', 'lucky, three tails at flip 3'])
  await page.getByRole('button', { name: 'penny ready' }).click()
  t.equal(await page.locator('#strip .disc').count(), 4)
  await flip('T')
  t.equal((await messages()).length, 2)
})

t.test('copies the call as curl, and the object as a manifest', async (t) => {
  const { page, press, flip, service } = await openPlayground(t, {
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  await flip('HT')
  const copied = () => page.evaluate(() => navigator.clipboard.readText())
  await press('Copy as curl')
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  const [, url, body = ''] = /^curl -s (\S+) -H '.*' -d '(.*)'$/.exec(await copied()) ?? []
  t.equal(url, `${service.url}/sync`)
  t.match(JSON.parse(body), { parent: { spec: { flips: ['Heads', 'Tails'] } }, finalizing: false })
  await press('Copy as manifest')
  await page.getByRole('button', { name: 'Copied' }).nth(1).waitFor()
  t.match(parse(await copied()), {
    metadata: { name: 'lucky' },
    spec: { flips: ['Heads', 'Tails'] },
  })
})
