import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { root } from '../../hack/lib/root.ts'
import { openPlayground } from './playground.ts'

const folder = process.env.SCREENSHOTS ?? join(root, '.run/screenshots')
const mostBytes = 200_000

/** Takes a screenshot for the README, without running animations. */
async function picture(t: Test, page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0)
  await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)))
  await mkdir(folder, { recursive: true })
  const path = join(folder, `${name}.png`)
  await page.screenshot({ path })
  t.ok((await stat(path)).size < mostBytes, `${name} is small enough for a README`)
}

async function stopBroker(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Stop nats-server' }).click()
  await page.locator('#lamp').getByText('It is away.').waitFor()
}

t.test(
  'sets Notified to False without the broker, and recovers with one message each',
  async (t) => {
    const { page, press, flip, reason, messages } = await openPlayground(t, {
      colorScheme: 'light',
    })
    const state = () => page.locator('[data-type="Notified"] .state').textContent()
    const steps = () => page.locator('#steps .done').count()
    const stored = (count: number) =>
      page
        .locator('#messages li')
        .nth(count - 1)
        .waitFor()
    await flip('HTTTTHTTT')
    await stored(2)
    t.equal(await steps(), 1)
    await picture(t, page, 'playground-light')
    await page.emulateMedia({ colorScheme: 'dark' })
    await picture(t, page, 'playground-dark')
    await page.emulateMedia({ colorScheme: 'light' })

    await stopBroker(page)
    await flip('HTTT')
    await reason('Notified', 'BrokerUnavailable')
    t.equal(await state(), 'False')
    await page.getByText('The operator asked to be called again').waitFor()
    await page.getByText('message 3 waits').waitFor()
    t.equal((await messages()).length, 2)
    t.equal(await steps(), 2)
    await picture(t, page, 'playground-broker-away')

    await press('Start nats-server')
    await reason('Notified', 'Published')
    t.equal(await state(), 'True')
    await stored(3)
    t.match(await page.locator('[data-type="Notified"] .was').textContent(), /False, BrokerUnav/)
    t.equal(await steps(), 3)
    await picture(t, page, 'playground-healed')

    await stopBroker(page)
    await flip('HTTTHTTT')
    await page.getByText('message 5 waits').waitFor()
    await press('Start nats-server')
    await reason('Notified', 'Published')
    // A repeat would come with it.
    await press('Sync now')
    await page.getByText('The next call comes with the next change.').waitFor()
    await stored(5)
    const expected = [21, 17, 13, 9, 4].map((flip) => `lucky, three tails at flip ${flip}`)
    t.same(await messages(), expected)
  },
)

t.test('keeps a deleted object until its message is stored', async (t) => {
  const { page, press, flip, reason, messages } = await openPlayground(t)
  await flip('HTT')
  await stopBroker(page)
  await flip('T')
  await press('Delete')
  await page.getByRole('button', { name: 'lucky in deletion' }).waitFor()
  await page.locator('[data-type="Notified"]').getByText('the deletion waits for them').waitFor()
  t.ok(await page.getByRole('button', { name: 'Tails', exact: true }).isDisabled())
  t.match(await page.locator('#call-facts').textContent(), /^POST \/finalize for lucky: 200/)
  await reason('Notified', 'BrokerUnavailable')
  await press('Start nats-server')
  await page.locator('#notice').getByText('lucky is gone').waitFor()
  await page.getByText('There is no CoinFlip.').waitFor()
  await page.locator('#messages li').waitFor()
  t.same(await messages(), ['lucky, three tails at flip 4'])
  await press('Create')
  t.equal(await page.locator('#table-title').textContent(), 'lucky', 'its name can be used again')
})

t.test('deletes an object without its message when the message is abandoned', async (t) => {
  const { page, press, flip, reason, messages } = await openPlayground(t)
  await stopBroker(page)
  await flip('TTT')
  await press('Delete')
  await reason('Notified', 'BrokerUnavailable')
  await page.getByLabel('Abandon messages').check()
  await page.locator('#notice').getByText('lucky is gone').waitFor()
  t.same(await messages(), [])
  const focused = await page.evaluate(() => document.activeElement?.id)
  t.equal(focused, 'new-name', 'the focus moves to the field for a new name')
})
