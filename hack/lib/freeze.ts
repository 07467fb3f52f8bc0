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
 * Stops a process with SIGSTOP and returns when it stands still: the signal returns before that,
 * and a server that is still running answers what is sent next.
 */
export function freeze(pid: number): void {
  process.kill(pid, 'SIGSTOP')
  const deadline = performance.now() + limitMs
  while (!states(pid).every((state) => state.startsWith('T')))
    if (performance.now() > deadline) throw new Error(`process ${pid} does not stop`)
}
