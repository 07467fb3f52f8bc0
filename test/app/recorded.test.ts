import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { arrayNotifier, condition, context } from '../lib/coinflip.ts'
import { post, realApp } from '../lib/real-app.ts'
import { recorded, recordings } from '../lib/recorded.ts'

const table = {
  'sync-no-flips': { flips: [], status: { flips: 0, milestones: 0 } },
  'sync-two-tails': { flips: [], status: { flips: 3, streak: { face: 'Tails', length: 2 } } },
  'sync-third-tail': { flips: [4], status: { flips: 4, heads: 1, tails: 3, notifications: 1 } },
  'sync-fourth-tail': { flips: [4], status: { flips: 5, milestones: 1 } },
  'sync-several-runs-dotted-name': { flips: [3, 7], status: { milestones: 2, notifications: 2 } },
  'sync-9998-flips': { status: { flips: 9998, milestones: 2499, notifications: 2499 } },
  finalize: { flips: [4], status: { milestones: 1, notifications: 1 } },
} as const

t.same(
  readdirSync(recordings)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.replace('.json', ''))
    .sort(),
  Object.keys(table).sort(),
  'every recorded call is tested',
)

for (const [name, { status, ...row }] of Object.entries(table))
  t.test(`answers the recorded call ${name}`, async (t) => {
    const { notifier, flips } = arrayNotifier(() => undefined)
    const { app } = await realApp(t, context(notifier).context)
    const { headers, body: call } = recorded(name)
    const url = name === 'finalize' ? '/finalize' : '/sync'
    const { 'content-length': _, ...rest } = headers
    const { code, body } = await post(app, url, call, rest)
    t.equal(code, 200)
    t.match(body, { status: { ...status, observedGeneration: call.parent.metadata.generation } })
    t.match(condition(body.status, 'Ready'), { status: 'True', reason: 'Reconciled' })
    t.same(body.children, [])
    t.equal(body.finalized, name === 'finalize' ? true : undefined)
    if ('flips' in row) {
      // Their statuses are those of another hook, whose number of notifications is a hint as well.
      const before = (call.parent.status as { notifications?: number })?.notifications ?? 0
      t.same(flips(), row.flips.slice(before))
    }
    const again = await post(app, url, { ...call, parent: { ...call.parent, status: body.status } })
    t.same(again.body.status, body.status, 'the next status is equal')
  })

t.test('shows recorded calls as examples of the description', async (t) => {
  for (const [example, name] of [
    ['sync', 'sync-third-tail'],
    ['finalize', 'finalize'],
  ] as const) {
    const file = new URL(`../../server/app/examples/${example}.json`, import.meta.url)
    t.same(JSON.parse(readFileSync(file, 'utf8')), recorded(name).body, name)
  }
})
