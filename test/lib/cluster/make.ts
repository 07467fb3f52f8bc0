import { createInterface } from 'node:readline'
import { type Env, end, start } from '../../../hack/lib/process.ts'
import { root } from '../../../hack/lib/root.ts'
import { until } from './until.ts'

/** The environment of a person who has a cluster, and none of the variables that targets take. */
export function shellOf(own: Env): Env {
  const taken = { IMG: undefined, NATS_URL: undefined, TLS: undefined, FORCE: undefined }
  return { ...process.env, ...taken, ...own }
}

/** `make TARGET NAME=value ...` of this project. */
export interface Make {
  /** What it has printed so far. */
  readonly lines: readonly string[]
  /** Waits for a line. */
  says(pattern: RegExp, limitMs?: number): Promise<unknown>
  /** Its exit code. */
  ended: Promise<number>
  /** Ctrl-C; resolves when nothing of it runs any more. Its exit code is make's own then. */
  interrupt(): Promise<void>
}

const started = new Set<Make>()

/** Ends what still runs. A target that is killed would leave its own processes behind. */
export async function endMakes(): Promise<void> {
  await Promise.all([...started].map((each) => each.interrupt()))
}

/** Starts a target, in the environment of a person whose current context is the cluster's. */
export function startMake(shell: Env, ...words: string[]): Make {
  // What was said to the make that runs the cases is not meant for this one.
  const env = { ...shell, MAKEFLAGS: undefined, MAKELEVEL: undefined, CI: 'true' }
  const running = start('make', ['--silent', ...words], { env, cwd: root })
  const lines: string[] = []
  for (const stream of [running.child.stdout, running.child.stderr])
    if (stream) createInterface(stream).on('line', (line) => lines.push(line))
  const ended = running.ended.then(({ code }) => code)
  const made: Make = {
    lines,
    ended,
    says: (pattern, limitMs) =>
      until(
        async () => lines,
        () => {
          const found = lines.some((line) => pattern.test(line))
          if (!started.has(made) && !found)
            throw new Error(`make ${words[0]} ended: ${lines.join('\n')}`)
          return found
        },
        `make ${words[0]} says ${pattern}`,
        limitMs,
      ),
    interrupt: async () => void (await end(running, 'SIGINT', 60_000)),
  }
  started.add(made)
  void ended.then(() => started.delete(made))
  return made
}

/** Runs a target to its end. */
export async function make(
  shell: Env,
  ...words: string[]
): Promise<{ code: number; text: string }> {
  const started = startMake(shell, ...words)
  const code = await started.ended
  return { code, text: started.lines.join('\n') }
}
