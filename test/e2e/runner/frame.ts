import { type Env, start } from '../../../hack/lib/process.ts'
import { root } from '../../../hack/lib/root.ts'
import { guard } from './interrupt.ts'
import { tell } from './summary.ts'
import type { Case } from './tap-cases.ts'

/** Runs a make target as a person would; what it printed, and how it ended. */
export async function make(env: Env, ...words: string[]): Promise<{ code: number; text: string }> {
  // What was said to the make that runs this is not meant for the other.
  const unsaid = { MAKEFLAGS: undefined, MAKELEVEL: undefined, IMG: undefined, NATS_URL: undefined }
  const all = { ...process.env, ...unsaid, ...env }
  const running = start('make', ['--silent', ...words], { env: all, cwd: root })
  let text = ''
  for (const stream of [running.child.stdout, running.child.stderr])
    stream?.setEncoding('utf8').on('data', (piece) => (text += piece))
  const { code } = await guard(running)
  return { code, text }
}

/** Plays what stands around the cases as a case in itself. `work` answers what went wrong. */
export async function frame(name: string, work: () => Promise<string>): Promise<Case> {
  const begin = performance.now()
  const fault = await work().catch((error: Error) => error.message)
  const each: Case = {
    theme: 'frame',
    name,
    result: fault === '' ? 'passed' : 'failed',
    seconds: (performance.now() - begin) / 1000,
    reason: '',
    output: fault === '' ? [] : fault.split('\n'),
  }
  tell(each)
  return each
}
