import { join } from 'node:path'
import type { Test } from 'tap'
import { type Env, run } from '../../hack/lib/process.ts'
import { scratch } from '../lib/scratch.ts'
import { replaceDependencies } from './dependencies.ts'
import { type Registry, startRegistry } from './registry.ts'
import { addChange, type Copy, copyRepository, succeed } from './repository.ts'

export const version = '99.1.0-rc.1'
export const image = `ghcr.io/alice/coinflip-operator@sha256:${'5'.repeat(64)}`

/** The files of a release that was made of a copy of this repository. */
export interface Release {
  /** A folder for anything. */
  dir: string
  copy: Copy
  registry: Registry
  /** The environment of programs that use the registry. */
  env: Env
  /** Runs a command in that environment; throws an error if it fails. */
  ask(command: string, ...args: string[]): Promise<string>
  /** The folder dist/release of the copy. */
  folder: string
  /** The packaged chart in it. */
  chartFile: string
}

/** Makes a release as the workflow does, with the image named above. */
export async function makeRelease(t: Test): Promise<Release> {
  const dir = await scratch(t)
  const registry = await startRegistry(t)
  const env = {
    ...process.env,
    // Programs in Go trust the registry, and find no login of this machine.
    SSL_CERT_FILE: registry.ca,
    HELM_CACHE_HOME: join(dir, 'helm'),
    HELM_CONFIG_HOME: join(dir, 'helm'),
    DOCKER_CONFIG: join(dir, 'docker'),
  }
  const ask = async (command: string, ...args: string[]) =>
    succeed(`${command} ${args.join(' ')}`, await run(command, args, { env }))
  const copy = await copyRepository(t, env)
  await addChange(copy)
  for (const [target, variables] of [
    ['prepare-release', { VERSION: version }],
    ['fill-owner', { OWNER: 'Alice' }],
  ] as const)
    succeed(target, await copy.make(target, variables))
  const chart = 'charts/coinflip-operator/Chart.yaml'
  const of = { dir, registry: registry.address, ask }
  const reachable = await replaceDependencies(t, await copy.read(chart), of)
  await copy.change(chart, () => reachable)
  succeed('release-files', await copy.make('release-files', { IMG: image }))
  const folder = join(copy.folder, 'dist/release')
  const chartFile = join(folder, `files/coinflip-operator-${version}.tgz`)
  return { dir, copy, registry, env, ask, folder, chartFile }
}
