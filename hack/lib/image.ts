import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { queryDocker, requireDocker, runDocker } from './docker.ts'
import { type Env, run } from './process.ts'
import { root } from './root.ts'
import { UserError } from './user-error.ts'

/** The image that IMG names; throws a UserError without one. */
export function imageName(target: string, env: Env): string {
  if (env.IMG) return env.IMG
  throw new UserError(
    `IMG is not set: make ${target} IMG=registry.example.com/coinflip-operator:0.1.0`,
  )
}

/** The labels with version, revision and source, as options of `docker build`. */
async function labels(env: Env): Promise<string[]> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const git = (...args: string[]) => run('git', args, { env, cwd: root, limitMs: 20_000 })
  const [commit, changes] = [await git('rev-parse', 'HEAD'), await git('status', '--porcelain')]
  const values = {
    VERSION: version,
    // Empty outside a git checkout.
    REVISION: commit.failure ? '' : `${commit.stdout.trim()}${changes.stdout && '-modified'}`,
    SOURCE: env.SOURCE,
  }
  return Object.entries(values).flatMap(([name, value]) =>
    value ? ['--build-arg', `${name}=${value}`] : [],
  )
}

/** An engine without a bridge network reaches a registry only through the host's network. */
async function networkOptions(): Promise<string[]> {
  const names = (await queryDocker(['network', 'ls', '--format', '{{.Name}}'])).split('\n')
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
  const options = ['--tag', image, ...(await labels(env)), ...(await networkOptions()), ...more]
  return runDocker(['build', ...options, '.'])
}
