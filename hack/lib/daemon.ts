import { createInterface } from 'node:readline'
import { type Ended, type Env, end, start } from './process.ts'
import { UserError } from './user-error.ts'
import { poll } from './wait-for.ts'

/** A program that runs until the script ends. */
export interface Daemon {
  name: string
  pid: number
  /** Its latest lines of output. */
  lines: readonly string[]
  /** Resolves when it ends for any reason. */
  ended: Promise<Ended>
  signal(name: NodeJS.Signals): void
  /** Sends SIGTERM, and SIGKILL after the time limit; resolves when it has ended. */
  stop(limitMs?: number): Promise<Ended>
  /** Sends SIGKILL and resolves when it has ended. */
  kill(): Promise<Ended>
  /** Waits for a truthy answer; kills it and throws a UserError if it ends or the time is up. */
  until(ask: () => unknown, timeoutMs: number): Promise<void>
}

const mostLines = 200
/** Lines that tell why a program failed. */
const telling = /\b(fatal|error|ERR|FTL)\b/i

/** Starts a program and resolves when it is ready; `onLine` gets each line of its output. */
export async function startDaemon(options: {
  name: string
  command: string
  args: readonly string[]
  env?: Env
  isReady: (lines: readonly string[]) => unknown
  timeoutMs?: number
  onLine?: (line: string) => void
}): Promise<Daemon> {
  const { name, command, args, env = process.env, timeoutMs = 30_000, onLine } = options
  const running = start(command, args, { env })
  const { child, pid, ended, signal } = running
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr])
    if (stream)
      createInterface(stream).on('line', (line) => {
        if (lines.push(line) > mostLines) lines.shift()
        onLine?.(line)
      })
  let how: Ended | undefined
  void ended.then((ended) => {
    how = ended
  })
  const kill = () => end(running, 'SIGKILL')
  const daemon: Daemon = {
    ...{ name, pid, lines, ended, signal, kill },
    stop: (limitMs) => end(running, 'SIGTERM', limitMs),
    async until(ask, timeoutMs) {
      const isOver = async () => how !== undefined || (await ask())
      const isReady = await poll(isOver, { timeoutMs, intervalMs: 10 })
      if (isReady && !how) return
      const what = how ? `ended (${how.cause})` : `is not ready after ${timeoutMs / 1000} s`
      await kill()
      const said = lines.findLast((line) => telling.test(line)) ?? lines.at(-1)
      throw new UserError(said ? `${name} ${what}: ${said}` : `${name} ${what}`)
    },
  }
  await daemon.until(() => options.isReady(lines), timeoutMs)
  return daemon
}
