import { createInterface } from 'node:readline'
import { until } from '../kube/until.ts'
import { isOk } from '../lib/is-ok.ts'
import { type Ended, type Env, end, start } from '../lib/process.ts'
import { root } from '../lib/root.ts'
import { UserError } from '../lib/user-error.ts'

/** A program that runs beside a script until that ends. */
export interface Daemon {
  name: string
  /** Resolves when it ends, as asked or not. */
  ended: Promise<Ended>
  stop(): Promise<Ended>
}

export interface DaemonOptions {
  name: string
  command: string
  args: readonly string[]
  env: Env
  /** Answers 200 once the program is ready. */
  readyUrl: string
  /** Hears each line that it writes. */
  onLine: (line: string) => void
  limitMs?: number
}

function isError(line: string): boolean {
  return /error|fatal|cannot/i.test(line)
}

/** Starts a program and resolves when it is ready; its last line tells why when it is not. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { name, command, args, env, readyUrl, onLine, limitMs = 30_000 } = options
  const running = start(command, args, { env, cwd: root })
  let last = ''
  for (const stream of [running.child.stdout, running.child.stderr])
    if (stream)
      createInterface(stream).on('line', (line) => {
        // What follows an error is a stack or advice.
        if (!isError(last) || isError(line)) last = line
        onLine(line)
      })
  let how: Ended | undefined
  void running.ended.then((ended) => {
    how = ended
  })
  const answered = await until(
    async () => (how || (await isOk(readyUrl)) ? true : undefined),
    limitMs,
    50,
  )
  if (how || !answered) {
    await end(running, 'SIGKILL')
    const what = how ? `ended (${how.cause})` : `is not ready after ${limitMs / 1000} s`
    throw new UserError(`${name} ${what}${last ? `: ${last}` : ''}`)
  }
  return { name, ended: running.ended, stop: () => end(running, 'SIGTERM', 15_000) }
}
