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
