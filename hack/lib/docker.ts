import { run, start } from './process.ts'
import { root } from './root.ts'
import { UserError } from './user-error.ts'

const limitMs = 20_000

/** Throws a UserError that says what to do when no Docker engine answers. */
export async function requireDocker(): Promise<void> {
  const args = ['version', '--format', '{{.Server.Version}}']
  const { failure } = await run('docker', args, { env: process.env, limitMs })
  if (failure === undefined) return
  if (failure === 'not found')
    throw new UserError(
      'docker is not on the PATH: install Docker (https://docs.docker.com/get-docker)',
    )
  throw new UserError(`no Docker engine answers (${failure}): start it, or set DOCKER_HOST to one`)
}

/** Runs docker with its output on the terminal; returns its exit code. */
export async function runDocker(args: readonly string[]): Promise<number> {
  const { code } = await start('docker', args, { env: process.env, cwd: root, output: 'inherit' })
    .ended
  return code
}

/** Returns the output of a docker command; throws a UserError if it fails. */
export async function queryDocker(args: readonly string[]): Promise<string> {
  const { stdout, failure } = await run('docker', args, { env: process.env, limitMs })
  if (failure !== undefined) throw new UserError(`docker ${args[0]}: ${failure}`)
  return stdout.trim()
}
