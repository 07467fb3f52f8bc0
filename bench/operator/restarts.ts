import { waitUntilQuiet } from './costs.ts'
import type { Cluster } from './environment.ts'
import { appendFlips } from './flips.ts'
import type { Operator } from './operators.ts'
import type { Watcher } from './watcher.ts'

/** Each program alone, and all together. */
function killsOf(names: readonly string[]): string[][] {
  const alone = names.map((name) => [name])
  return names.length > 1 ? [...alone, [...names]] : alone
}

/**
 * Kills programs and starts them at once, with a flip of the `from`th object right after the kill.
 * Answers the milliseconds from the flip to its message, by what was killed.
 */
export async function measureRestarts(
  cluster: Cluster,
  watcher: Watcher,
  operator: Operator,
  from: number,
): Promise<Record<string, number>> {
  const results: Record<string, number> = {}
  for (const [i, killed] of killsOf(Object.keys(operator.pids)).entries()) {
    await waitUntilQuiet({ ...operator.pids, ...cluster.pids })
    const restarted = operator.restart(killed)
    const flip = { perSecond: 1, count: 1, from: from + i }
    const { message } = await appendFlips(cluster, watcher, flip)
    await restarted
    results[killed.join(' and ')] = message[0] ?? Number.NaN
  }
  return results
}
