import { run, start } from './process.ts'
import { root } from './root.ts'
import { UserError } from './user-error.ts'

const limitMs = 20_000

/** Stops with one line that says what to do when no Docker engine answers. */
export async function needDocker(): Promise<void> {
  const question = ['version', '--format', '{{.Server.Version}}']
  const { failure } = await run('docker', question, { env: process.env, limitMs })
  if (failure === undefined) return
  if (failure === 'not found')
    throw new UserError(
      'docker is not on the PATH: install Docker (https://docs.docker.com/get-docker)',
    )
  throw new UserError(`no Docker engine answers (${failure}): start it, or set DOCKER_HOST to one`)
}

/** Runs docker with its own output before the person, and answers its exit code. */
export async function showDocker(args: readonly string[]): Promise<number> {
  const { code } = await start('docker', args, { env: process.env, cwd: root, output: 'inherit' })
    .ended
  return code
}

/** What a docker command printed; a UserError when it fails. */
export async function askDocker(args: readonly string[]): Promise<string> {
  const { stdout, failure } = await run('docker', args, { env: process.env, limitMs })
  if (failure !== undefined) throw new UserError(`docker ${args[0]}: ${failure}`)
  return stdout.trim()
}
