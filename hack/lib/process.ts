import { type ChildProcess, spawn } from 'node:child_process'
import { onExit } from './exit.ts'
import { root } from './root.ts'
import { UserError } from './user-error.ts'

export type Env = Record<string, string | undefined>

/** How a process ended: its exit code, or -1 with the signal or the error that ended it. */
export interface Ended {
  code: number
  cause: string
}

/** A child process in its own process group, so that Ctrl-C reaches it only through this one. */
export interface Running {
  child: ChildProcess
  /** -1 if it did not start. */
  pid: number
  ended: Promise<Ended>
  /** Signals the whole group; does nothing after it ended. */
  signal(name: NodeJS.Signals): void
}

/**
 * Starts a process, with its output piped by default, and kills it when this process ends. Not with
 * zx's `$`, which starts a shell, leaves the command running when this process is killed, and
 * signals what `ps` finds instead of the group.
 */
export function start(
  command: string,
  args: readonly string[],
  options: { env?: Env; cwd?: string; input?: 'pipe'; output?: 'pipe' | 'inherit' } = {},
): Running {
  const { cwd = root, input = 'ignore', output = 'pipe' } = options
  // The programs of tests start faster with it: those of test/tools take 12 % less CPU.
  const { NODE_COMPILE_CACHE } = process.env
  const env = { NODE_COMPILE_CACHE, ...(options.env ?? process.env) } as NodeJS.ProcessEnv
  const child = spawn(command, args, { env, cwd, detached: true, stdio: [input, output, output] })
  const pid = child.pid ?? -1
  let running = pid > 0
  const signal = (name: NodeJS.Signals) => {
    try {
      if (running) process.kill(-pid, name)
    } catch {
      // It ended at this moment.
    }
  }
  const forget = onExit(() => signal('SIGKILL'))
  const ended = new Promise<Ended>((resolve) => {
    const end = (ended: Ended) => {
      running = false
      forget()
      resolve(ended)
    }
    child.once('error', (error: NodeJS.ErrnoException) =>
      end({ code: -1, cause: error.code === 'ENOENT' ? 'not found' : error.message }),
    )
    // Output may still arrive after 'exit'.
    child.once('close', (code, by) => end({ code: code ?? -1, cause: by ?? `exit code ${code}` }))
  })
  return { child, pid, ended, signal }
}

/** Signals a process and waits until it has ended; kills it after the time limit. */
export async function end(running: Running, name: NodeJS.Signals, limitMs = 5000): Promise<Ended> {
  running.signal(name)
  const timer = setTimeout(() => running.signal('SIGKILL'), limitMs)
  const ended = await running.ended
  clearTimeout(timer)
  return ended
}

/** Runs a command with its output on the terminal; resolves to its exit code. */
export async function runInTerminal(
  command: string,
  args: readonly string[],
  env?: Env,
): Promise<number> {
  return (await start(command, args, { ...(env && { env }), output: 'inherit' }).ended).code
}

/** The output of a command, and why it failed if it did. */
export interface Result {
  stdout: string
  stderr: string
  failure?: string
}

/** Runs a command to its end, with a time limit. */
export async function run(
  command: string,
  args: readonly string[],
  options: { env?: Env; cwd?: string; limitMs?: number; input?: string } = {},
): Promise<Result> {
  const { limitMs = 60_000, input, ...rest } = options
  const running = start(command, args, { ...rest, ...(input !== undefined && { input: 'pipe' }) })
  const { child } = running
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text))
  // A command that ends before it has read all says why itself.
  child.stdin?.on('error', () => {}).end(input)
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    running.signal('SIGKILL')
  }, limitMs)
  const { code, cause } = await running.ended
  clearTimeout(timer)
  if (timedOut) return { stdout, stderr, failure: `no end after ${limitMs / 1000} s` }
  if (code === 0) return { stdout, stderr }
  return { stdout, stderr, failure: stderr.trim().split('\n').at(-1) || cause }
}

/** Returns the output of a command; throws a UserError with its last line if it fails. */
export async function outputOf(command: string, ...args: string[]): Promise<string> {
  const { stdout, failure } = await run(command, args)
  if (failure !== undefined) throw new UserError(`${command} ${args[0]}: ${failure}`)
  return stdout.trim()
}
