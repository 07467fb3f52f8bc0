import { readFileSync } from 'node:fs'

const tickMs = 10

/** User and system time that a process has spent, from /proc; 0 where there is none. */
export function cpuMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * tickMs
  } catch {
    return 0
  }
}

/** Resident memory in MB, now and at its highest. */
export function residentMb(pid: number): { now: number; highest: number } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const mb = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024
    return { now: mb('VmRSS'), highest: mb('VmHWM') }
  } catch {
    return { now: 0, highest: 0 }
  }
}
