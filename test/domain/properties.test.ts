import fc from 'fast-check'
import t from 'tap'
import type { CoinFlip, Face } from '../../server/domain/coinflip.ts'
import { tally } from '../../server/domain/tally.ts'
import { sync } from '../../server/hook/sync.ts'
import { arrayNotifier, context } from '../lib/coinflip.ts'

// Tails are twice as likely, for more runs.
const face = fc.constantFrom<Face>('Heads', 'Tails', 'Tails')
const history = fc.array(face, { maxLength: 200 })

const parentOf = (flips: Face[], status?: unknown): CoinFlip => ({
  metadata: { namespace: 'n', name: 'a', uid: 'u' },
  spec: { flips },
  status,
})

/** Counts by searching a text, independently of the service. */
function oracle(flips: readonly Face[]) {
  const letters = flips.map((f) => f[0]).join('')
  const runs = [...letters.matchAll(/(?<!T)TTT/g)].map(({ index }) => index + 3)
  const [last = ''] = /(T+|H+)$/.exec(letters) ?? []
  return { heads: letters.replaceAll('T', '').length, milestones: runs, last: last.length }
}

const holds = (name: string, property: fc.IRawProperty<unknown>) =>
  t.test(name, async (t) => {
    await fc.assert(property as fc.IAsyncProperty<unknown>, { numRuns: 500 })
    t.pass('for 500 random cases')
  })

holds(
  'a tally equals the result of an independent search',
  fc.property(history, (flips) => {
    const { heads, milestones, streak, tails } = tally(flips)
    const expected = oracle(flips)
    return (
      heads === expected.heads &&
      heads + tails === flips.length &&
      (streak?.length ?? 0) === expected.last &&
      milestones.join() === expected.milestones.join()
    )
  }),
)

holds(
  'a longer history only adds milestones',
  fc.property(history, history, (first, more) => {
    const before = tally(first).milestones
    const after = tally([...first, ...more]).milestones
    return after.slice(0, before.length).join() === before.join()
  }),
)

holds(
  'syncs of any prefixes, in any order, with any status, publish the same set',
  fc.asyncProperty(
    history,
    fc.array(fc.tuple(fc.nat(200), fc.anything()), { maxLength: 10 }),
    async (flips, calls) => {
      // As the stream does: one message for each subject.
      const stored = new Set<string>()
      const { notifier } = arrayNotifier(({ subject }) => {
        if (stored.has(subject)) return { kind: 'duplicate' }
        stored.add(subject)
        return undefined
      })
      const { context: hooks } = context(notifier)
      // A hint that is too high is trusted, so it is not among these statuses.
      const hintless = (status: unknown) =>
        Number.isInteger((status as { notifications?: unknown } | null)?.notifications)
          ? {}
          : status
      for (const [length, status] of calls)
        await sync(parentOf(flips.slice(0, length), hintless(status)), hooks)
      await sync(parentOf(flips), hooks)
      const expected = oracle(flips).milestones.map((flip) => `coinflips.three-tails.n.u.${flip}`)
      return [...stored].sort().join() === expected.sort().join()
    },
  ),
)
