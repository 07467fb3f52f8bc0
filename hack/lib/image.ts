import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Env, outputOf, run, runInTerminal } from './process.ts'
import { root } from './root.ts'
import { UserError } from './user-error.ts'

/** Throws a UserError that says what to do when no Docker engine answers. */
export async function requireDocker(): Promise<void> {
  const { failure } = await run('docker', ['version', '--format', '{{.Server.Version}}'])
  if (failure === undefined) return
  if (failure === 'not found')
    throw new UserError(
      'docker is not on the PATH: install Docker (https://docs.docker.com/get-docker)',
    )
  throw new UserError(`no Docker engine answers (${failure}): start it, or set DOCKER_HOST to one`)
}

/** The image that IMG names; throws a UserError without one. */
export function imageName(target: string, env: Env): string {
  if (env.IMG) return env.IMG
  throw new UserError(
    `IMG is not set: make ${target} IMG=registry.example.com/coinflip-operator:0.1.0`,
  )
}

/** Options of `docker build` for the labels with version, revision and source. */
async function labelOptions({ SOURCE }: Env): Promise<string[]> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const commit = await run('git', ['rev-parse', 'HEAD'])
  const { stdout: changes } = await run('git', ['status', '--porcelain'])
  // Empty outside a git checkout.
  const REVISION = commit.failure ? '' : `${commit.stdout.trim()}${changes && '-modified'}`
  return Object.entries({ VERSION: version, REVISION, SOURCE }).flatMap(([name, value]) =>
    value ? ['--build-arg', `${name}=${value}`] : [],
  )
}

/** An engine without a bridge network reaches a registry only through the host's network. */
async function networkOptions(): Promise<string[]> {
  const names = (await outputOf('docker', 'network', 'ls', '--format', '{{.Name}}')).split('\n')
  return names.includes('host') && !names.includes('bridge') ? ['--network', 'host'] : []
}

/**
 * Builds the image of this checkout and returns docker's exit code. The environment may set
 * DOCKER_BUILD_ARGS, further options of `docker build` separated by blanks, and SOURCE, the URL of
 * the source for the label.
 */
export async function buildImage(image: string, env: Env): Promise<number> {
  await requireDocker()
  const more = (env.DOCKER_BUILD_ARGS ?? '').split(/\s+/).filter(Boolean)
  const options = [...(await labelOptions(env)), ...(await networkOptions()), ...more]
  return runInTerminal('docker', ['build', '--tag', image, ...options, '.'])
}
