import { waitFor } from '../../../hack/lib/wait-for.ts'
import type { CoinFlips } from './coinflips.ts'

/** Appends flips to some new objects, round after round, until `stop` or `end`. */
export function flipSteadily(coinflips: CoinFlips, prefix: string) {
  const names = ['a', 'b', 'c', 'd'].map((letter) => `${prefix}-${letter}`)
  let over = false
  let rounds = 0
  const done = (async () => {
    for (const name of names) await coinflips.create(name, '')
    while (!over) {
      for (const name of names) await coinflips.append(name, rounds % 4 === 0 ? 'H' : 'T')
      rounds++
    }
  })()
  async function end(): Promise<void> {
    over = true
    await done
  }
  return {
    /** Waits for more rounds, each a flip of each object. */
    more: (count: number) => {
      const wanted = rounds + count
      const enough = waitFor(
        async () => rounds,
        (now) => now >= wanted,
        { what: `${wanted} rounds of flips` },
      )
      // `done` settles first only when a flip was refused.
      return Promise.race([enough, done])
    },
    end,
    /** Ends, and waits until all milestones are published. */
    stop: async () => {
      await end()
      return Promise.all(names.map((name) => coinflips.settled(name)))
    },
  }
}
