import { readdirSync, readFileSync } from 'node:fs'
import { cpuMs, residentMb } from '../../test/lib/process-stat.ts'

/** CPU time and memory of a process. */
export interface Cost {
  cpuSeconds: number
  peakMb: number
}

/** Child processes of this process, by the name of their program. */
function findChildren(): Record<string, number> {
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

/** Measures the given processes from their start, and etcd, API server and nats-server from now. */
export function measureCosts(pids: Record<string, number>): () => Record<string, Cost> {
  const { etcd = 0, 'kube-apiserver': apiServer = 0, 'nats-server': nats = 0 } = findChildren()
  const all = { ...pids, 'kube-apiserver': apiServer, etcd, 'nats-server': nats }
  const before = Object.entries(all).map(([name, pid]) => ({ name, pid, ms: cpuMs(pid) }))
  return () =>
    Object.fromEntries(
      before.map(({ name, pid, ms }) => {
        const spentMs = cpuMs(pid) - (name in pids ? 0 : ms)
        return [name, { cpuSeconds: spentMs / 1000, peakMb: residentMb(pid).highest }]
      }),
    )
}
