import { createInterface } from 'node:readline'
import { isOk } from './is-ok.ts'
import { type Ended, type Env, end, start } from './process.ts'
import { UserError } from './user-error.ts'
import { poll } from './wait-for.ts'

/** A program that runs until the script ends. */
export interface Daemon {
  name: string
  pid: number
  /** Resolves when it ends for any reason. */
  ended: Promise<Ended>
  /** Sends SIGTERM, and SIGKILL after the time limit; resolves when it has ended. */
  stop(limitMs?: number): Promise<Ended>
  /** Sends SIGKILL and resolves when it has ended. */
  kill(): Promise<Ended>
}

export interface DaemonOptions {
  name: string
  command: string
  args: readonly string[]
  env: Env
  /** URL that answers 200 once the program is ready. */
  readyUrl: string
  /** Called with each line of output. */
  onLine?: (line: string) => void
  timeoutMs?: number
}

/** Starts a program and resolves when it is ready; the error quotes its last lines if it is not. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { name, command, args, env, readyUrl, onLine, timeoutMs = 30_000 } = options
  const running = start(command, args, { env })
  const recent: string[] = []
  for (const stream of [running.child.stdout, running.child.stderr])
    if (stream)
      createInterface(stream).on('line', (line) => {
        if (recent.push(line) > 10) recent.shift()
        onLine?.(line)
      })
  let how: Ended | undefined
  void running.ended.then((ended) => {
    how = ended
  })
  const isReady = await poll(async () => how !== undefined || (await isOk(readyUrl)), {
    timeoutMs,
    intervalMs: 20,
  })
  if (how || !isReady) {
    await end(running, 'SIGKILL')
    const what = how ? `ended (${how.cause})` : `is not ready after ${timeoutMs / 1000} s`
    throw new UserError([`${name} ${what}`, ...recent].join('\n  '))
  }
  return {
    name,
    pid: running.pid,
    ended: running.ended,
    stop: (limitMs) => end(running, 'SIGTERM', limitMs),
    kill: () => end(running, 'SIGKILL'),
  }
}
