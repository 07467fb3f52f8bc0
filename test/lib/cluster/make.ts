import { createInterface } from 'node:readline'
import { type Env, end, start } from '../../../hack/lib/process.ts'
import { root } from '../../../hack/lib/root.ts'
import { waitFor } from '../../../hack/lib/wait-for.ts'

/** The environment of a user of a cluster, without the variables of make targets. */
export function shellOf(own: Env): Env {
  const taken = { IMG: undefined, NATS_URL: undefined, TLS: undefined, FORCE: undefined }
  return { ...process.env, ...taken, ...own }
}

/** `make TARGET NAME=value ...` of this project. */
type Make = ReturnType<typeof startMake>

const started = new Set<Make>()

/** Ends all running targets: a target that is killed would leave processes behind. */
export async function endMakes(): Promise<void> {
  await Promise.all([...started].map((each) => each.interrupt()))
}

/** Starts a target in an environment of `shellOf`. */
export function startMake(shell: Env, ...words: string[]) {
  // Without the flags of the make that runs the cases.
  const env = { ...shell, MAKEFLAGS: undefined, MAKELEVEL: undefined, CI: 'true' }
  const running = start('make', ['--silent', ...words], { env, cwd: root })
  const lines: string[] = []
  for (const stream of [running.child.stdout, running.child.stderr])
    if (stream) createInterface(stream).on('line', (line) => lines.push(line))
  const ended = running.ended.then(({ code }) => code)
  let isOver = false
  const made = {
    /** Its output so far. */
    lines: lines as readonly string[],
    /** Its exit code. */
    ended,
    /** Waits for a line. */
    prints: (pattern: RegExp, timeoutMs?: number) =>
      waitFor(
        () => lines.some((line) => pattern.test(line)),
        (found) => {
          if (isOver && !found) throw new Error(`make ${words[0]} ended: ${lines.join('\n')}`)
          return found
        },
        { what: `make ${words[0]} prints ${pattern}`, timeoutMs },
      ),
    /** Ctrl-C; resolves when all its processes have ended. The exit code is make's own then. */
    interrupt: async () => void (await end(running, 'SIGINT', 60_000)),
  }
  started.add(made)
  void ended.then(() => {
    isOver = true
    started.delete(made)
  })
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
