import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

const limitMs = 2_000

function states(pid: number): string[] {
  if (process.platform !== 'linux')
    return [execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' })]
  const tasks = `/proc/${pid}/task`
  return readdirSync(tasks).map((task) => {
    const stat = readFileSync(`${tasks}/${task}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2)
  })
}

/**
 * Stops a process with SIGSTOP and returns when it has stopped. The signal alone returns earlier, and
 * a server that still runs would answer the next request.
 */
export function freeze(pid: number): void {
  process.kill(pid, 'SIGSTOP')
  const deadline = performance.now() + limitMs
  while (!states(pid).every((state) => state.startsWith('T')))
    if (performance.now() > deadline) throw new Error(`process ${pid} does not stop`)
}
