import { basename, join } from 'node:path'
import { type Env, run } from './process.ts'

// nats-server takes half a minute on two idle cores, and several minutes on busy ones.
const limitMs = 600_000

/**
 * Compiles the program of a module (`PATH@VERSION`), which Go verifies by its checksum database,
 * into `dir`, and returns its path; throws an error that says why it cannot.
 */
export async function goInstall(
  module: string,
  dir: string,
  options: { env: Env; go?: string },
): Promise<string> {
  const { env, go = 'go' } = options
  const settings = { ...env, GOBIN: dir, CGO_ENABLED: '0' }
  const { failure } = await run(go, ['install', module], { env: settings, limitMs })
  if (failure) throw new Error(`go: ${failure}`)
  // The last part of the path, but for the major version.
  return join(dir, basename(module.replace(/(\/v\d+)?@.*$/, '')))
}
