import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { type Env, run } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'

const limitMs = 300_000

interface Step {
  run?: string
  env?: Record<string, string>
}

/** The steps of a job of release.yml that run a command. */
function stepsOf(job: string): Step[] {
  const { jobs } = parse(readFileSync(join(root, '.github/workflows/release.yml'), 'utf8'))
  return jobs[job].steps.filter(({ run }: Step) => run !== undefined)
}

/** `values` are those of the expressions in the variables of a step, such as `github.token`. */
function evaluate(text: string, values: Record<string, string>): string {
  return text.replace(/\$\{\{ (.+?) \}\}/g, (_, name) => {
    const value = values[name]
    if (value === undefined) throw new Error(`the workflow reads ${name}`)
    return value
  })
}

/** Runs the commands of a job in a folder, as GitHub does; throws an error if one fails. */
export async function runJob(
  job: string,
  options: { cwd: string; env: Env; values: Record<string, string> },
): Promise<void> {
  const { cwd, env, values } = options
  for (const step of stepsOf(job)) {
    const own = Object.entries(step.env ?? {}).map(([name, text]) => [name, evaluate(text, values)])
    const args = ['-e', '-c', step.run ?? '']
    const all = { ...env, ...Object.fromEntries(own) }
    const { failure, stdout, stderr } = await run('bash', args, { cwd, env: all, limitMs })
    if (failure !== undefined) throw new Error(`${step.run}: ${failure}\n${stdout}${stderr}`)
  }
}
