import { readdirSync, readFileSync } from 'node:fs'
import { cpuMs, residentMb } from '../../test/lib/process-stat.ts'

/** What a process has cost. */
export interface Cost {
  cpuSeconds: number
  peakMb: number
}

/** The processes that this one has started, by the name of their program. */
function children(): Record<string, number> {
  const found: Record<string, number> = {}
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
      if (Number(parent) === process.pid) found[name] = Number(pid)
    } catch {
      // It has ended.
    }
  }
  return found
}

/** Follows what the given processes cost, and those of the control plane and the broker. */
export function followCosts(pids: Record<string, number>): () => Record<string, Cost> {
  const { etcd = 0, 'kube-apiserver': apiServer = 0, 'nats-server': nats = 0 } = children()
  const all = { ...pids, 'kube-apiserver': apiServer, etcd, 'nats-server': nats }
  const before = Object.entries(all).map(([name, pid]) => ({ name, pid, ms: cpuMs(pid) }))
  return () =>
    Object.fromEntries(
      before.map(({ name, pid, ms }) => {
        // The operator's own processes count from their start.
        const spentMs = cpuMs(pid) - (name in pids ? 0 : ms)
        return [name, { cpuSeconds: spentMs / 1000, peakMb: residentMb(pid).highest }]
      }),
    )
}
