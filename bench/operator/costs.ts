import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from '../../hack/lib/user-error.ts'
import { cpuMs, residentMb } from '../../test/lib/process-stat.ts'

/** CPU time and memory of processes, by name. */
export type Costs = Record<string, { cpuSeconds: number; peakMb: number }>

/** What these processes have cost since their start, or since `before` where they are in it. */
export function readCosts(pids: Record<string, number>, before: Costs = {}): Costs {
  const costs: Costs = {}
  for (const [name, pid] of Object.entries(pids)) {
    const cpuSeconds = cpuMs(pid) / 1000 - (before[name]?.cpuSeconds ?? 0)
    costs[name] = { cpuSeconds, peakMb: residentMb(pid).highest }
  }
  return costs
}

/** The CPU time of all processes. */
export const cpuSecondsOf = (costs: Costs) =>
  Object.values(costs).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0)

const quietShare = 0.2
const periodMs = 2_000
const mostPeriods = 60

/**
 * Waits until these processes together use less than a fifth of a core for two seconds: the first flips
 * after a start with many objects would wait behind the watch events of the operator's own writes.
 */
export async function waitUntilQuiet(pids: Record<string, number>): Promise<void> {
  const total = () => cpuSecondsOf(readCosts(pids)) * 1000
  for (let period = 0; period < mostPeriods; period++) {
    const before = total()
    await delay(periodMs)
    if (total() - before < quietShare * periodMs) return
  }
  throw new UserError(`the operator is still busy after ${(mostPeriods * periodMs) / 1000} s`)
}
