import type { Check } from '../../test/lib/report.ts'
import { quantile } from '../../test/lib/statistics.ts'
import { atLeast, atMost } from '../lib/goals.ts'
import { ratio } from '../lib/statistics.ts'
import { type Result, systems } from './run.ts'

/** Objects a second. */
export const rate = ({ count, seconds }: Result) => count / seconds

/** The rates at which flips were appended. */
export const flipRates = (results: readonly Result[]) =>
  [...new Set(results.flatMap(({ flips }) => Object.keys(flips)))].map(Number)

const cpuOf = ({ costs }: Result, ...names: string[]) =>
  names.reduce((sum, name) => sum + (costs[name]?.cpuSeconds ?? 0), 0)
const operatorCpu = (result: Result) => cpuOf(result, 'service', 'metacontroller', 'operator')

/** What the deployed form has to reach beside the operators in Go. */
export function operatorGoals(results: readonly Result[]): Check[] {
  const of = ({ name }: { name: string }) => results.filter((result) => result.name === name)
  const [stamped, go, stampedGo] = [systems.stamped, systems.go, systems.stampedGo].map(of)
  const message = (perSecond: number, share: number) => (result: Result) =>
    quantile(result.flips[perSecond]?.message ?? [], share)
  return [
    atLeast('objects a second / Go', ratio(stamped, go, rate), 1),
    atLeast('objects a second / Go, stamped', ratio(stamped, stampedGo, rate), 0.65),
    ...flipRates(results).flatMap((perSecond) => [
      atMost(
        `p50 from flip to message at ${perSecond} a second / Go`,
        ratio(stamped, go, message(perSecond, 0.5)),
        1.1,
      ),
      atMost(`p99 of the same`, ratio(stamped, go, message(perSecond, 0.99)), 0.5),
    ]),
    atMost('CPU of service and Metacontroller / Go', ratio(stamped, go, operatorCpu), 2),
  ]
}
