import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { openPlayground } from './playground.ts'

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The violations that axe finds, a line each. */
async function faults(page: Page): Promise<string[]> {
  // By the debugger, to which the page's content security policy does not apply.
  const { violations } = await page.evaluate<AxeResults>(`${axe}; axe.run()`)
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

/** Roles that need a name. */
const controls = 'button checkbox DisclosureTriangle link radio region textbox'.split(' ')

/** Controls of the accessibility tree without a name, and the number of all. */
async function nameless(page: Page): Promise<{ total: number; without: string[] }> {
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  const found = nodes.filter(({ ignored, role }) => !ignored && controls.includes(role?.value))
  const without = found.filter(({ name }) => !name?.value).map(({ role }) => String(role?.value))
  return { total: found.length, without }
}

async function checkAccessibility(t: Test, page: Page, name: string): Promise<void> {
  await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)))
  t.same(await faults(page), [], `${name}: axe finds nothing`)
  const { total, without } = await nameless(page)
  t.same(without, [], `${name}: each of ${total} controls has a name`)
  t.ok(total > 15, `${name}: the controls are found`)
}

t.test('has names and contrast for every control, in both themes and every state', async (t) => {
  const { page, press, flip, reason } = await openPlayground(t, { colorScheme: 'light' })
  await checkAccessibility(t, page, 'at first')
  await flip('HTTTT')
  await page.locator('#messages summary').click()
  await checkAccessibility(t, page, 'light')
  await page.emulateMedia({ colorScheme: 'dark' })
  await checkAccessibility(t, page, 'dark')
  await press('Stop nats-server')
  await page.locator('#lamp').getByText('It is away.').waitFor()
  await flip('HTTT')
  await reason('Notified', 'BrokerUnavailable')
  await checkAccessibility(t, page, 'dark, broker away')
  await press('Delete')
  await page.getByRole('button', { name: 'lucky in deletion' }).waitFor()
  await checkAccessibility(t, page, 'dark, in deletion')
  await page.emulateMedia({ colorScheme: 'light' })
  await checkAccessibility(t, page, 'light, in deletion')
})

t.test('follows the theme of the system until the user chooses one', async (t) => {
  const { page } = await openPlayground(t, { colorScheme: 'dark' })
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const dark = await paper()
  await page.emulateMedia({ colorScheme: 'light' })
  const light = await paper()
  t.not(light, dark)
  await page.getByRole('radio', { name: 'Dark' }).check({ force: true })
  t.equal(await paper(), dark)
  await page.reload()
  t.equal(await paper(), dark)
  t.ok(await page.getByRole('radio', { name: 'Dark' }).isChecked())
  await page.getByRole('radio', { name: 'System' }).check({ force: true })
  t.equal(await paper(), light)
})

t.test('fits a screen of 360 pixels, with controls large enough for touch', async (t) => {
  const viewport = { width: 360, height: 740 }
  const { page, flip } = await openPlayground(t, { viewport, hasTouch: true })
  await flip('HTTTTHHTHTTT')
  await page.locator('#messages summary').first().click()
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  t.ok(width <= 360, `nothing is ${width} pixels wide`)
  const targets = page.locator(':is(button, summary, .switch, #theme label):visible')
  for (const target of await targets.all()) {
    const box = await target.boundingBox()
    const name = await target.textContent()
    t.ok(box && box.x >= 0 && box.x + box.width <= 360, `${name} is in sight`)
    t.ok(box && box.height >= 24, `${name} is ${box?.height} pixels high`)
  }
  await checkAccessibility(t, page, '360 pixels')
})

t.test('has no animations with prefers-reduced-motion', async (t) => {
  const { page, press } = await openPlayground(t, { reducedMotion: 'reduce' })
  let flips = 0
  const moving = async () => {
    await press('Tails')
    flips += 1
    await page.locator('[data-field="flips"] b').getByText(String(flips)).waitFor()
    return page.evaluate(() => document.getAnimations().length)
  }
  t.equal(await moving(), 0)
  await page.emulateMedia({ reducedMotion: 'no-preference' })
  t.ok((await moving()) > 0)
})
