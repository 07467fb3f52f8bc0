import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import root, { type Test } from 'tap'
import { startBroker } from '../../hack/lib/broker.ts'
import { onExitRemove } from '../../hack/lib/exit.ts'
import { startService } from '../../hack/lib/service.ts'
import { startPlayground } from '../../hack/playground/server.ts'
import { natsServer } from '../lib/scratch.ts'

/** The browser makes no requests of its own. */
const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const limitMs = 60_000
/** The width that fits a README. */
const viewport = { width: 1140, height: 800 }

/** One browser for each test file. */
let browser: Promise<Browser> | undefined
root.teardown(async () => (await browser)?.close())

function launch(): Promise<Browser> {
  const { CHROMIUM_BIN: executablePath } = process.env
  if (!executablePath)
    throw new Error('CHROMIUM_BIN is not set; `make test-browser` finds a Chromium and sets it')
  // Killed in the middle of a test it would leave its own files behind.
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-browser-'))
  onExitRemove(dir)
  const env = { ...process.env, TMPDIR: dir } as Record<string, string>
  return chromium.launch({ executablePath, args: flags, env })
}

/** Opens a page; the test fails on errors of the page and on requests to another server. */
export async function openPage(
  t: Test,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  browser ??= launch()
  const context = await (await browser).newContext({ viewport, ...options })
  t.teardown(() => context.close())
  context.setDefaultTimeout(limitMs)
  const page = await context.newPage()
  page.on('pageerror', (error) => t.fail(`the page failed: ${error.message}`))
  page.on('console', (message) => {
    // The browser also logs responses without success; the page shows them itself.
    const expected = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !expected) t.fail(`the page logs an error: ${message.text()}`)
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`)) t.fail(`the page asks for ${request.url()}`)
  })
  await page.goto(url)
  return page
}

/** Opens the page of a playground, with a real service and broker behind it. */
export async function openPlayground(t: Test, options: BrowserContextOptions = {}) {
  const broker = await startBroker({ binary: natsServer() })
  t.teardown(() => broker.stop())
  const service = await startService({ env: { NATS_URL: broker.url } })
  t.teardown(() => service.stop())
  const server = await startPlayground({
    port: 0,
    hooks: service.url,
    broker,
    stream: 'COINFLIPS',
  })
  t.teardown(() => server.stop())
  const page = await openPage(t, server.url, options)
  await page.locator('[data-type="Ready"]').waitFor()

  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  return {
    page,
    server,
    broker,
    service,
    /** Presses the button with that name. */
    press,
    /** Flips, as in HTTT, each answered before the next. */
    async flip(letters: string) {
      const count = page.locator('[data-field="flips"] b')
      // A CoinFlip that was just created has no count before its first answer.
      await count.getByText(/^\d+$/).waitFor()
      let flips = Number(await count.textContent())
      for (const letter of letters) {
        await press(letter === 'T' ? 'Tails' : 'Heads')
        flips += 1
        await count.getByText(String(flips), { exact: true }).waitFor()
      }
    },
    /** Waits until a condition of the chosen CoinFlip has a reason. */
    async reason(type: string, reason: string) {
      const condition = page.locator(`[data-type="${type}"]`)
      await condition.getByText(reason, { exact: true }).waitFor()
    },
    /** The titles of the messages on the page, latest first. */
    messages: () => page.locator('#messages h3').allTextContents(),
  }
}
