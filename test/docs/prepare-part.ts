import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { kindContext, requireKind } from '../../hack/kube/kind.ts'
import { onExitRemove } from '../../hack/lib/exit.ts'
import { type Env, run } from '../../hack/lib/process.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { findAssets } from '../lib/plane/assets.ts'
import { startControlPlane } from '../lib/plane/control-plane.ts'
import { findWholeMetacontroller } from '../lib/plane/find-metacontroller.ts'

/** The requirements of a part of a page, fulfilled. */
export interface Requirements {
  env: Env
  close(): Promise<void>
}

const nothing: Requirements = { env: {}, close: async () => {} }

/** A real API server without nodes, and a Metacontroller for `make run`. */
async function cluster(): Promise<Requirements> {
  const assets = await findAssets(process.env)
  const PATH = `${assets}${delimiter}${process.env.PATH}`
  // The kubectl that fetches its manifests comes with the assets.
  process.env.PATH = PATH
  const metacontroller = await findWholeMetacontroller(process.env)
  if (!metacontroller.METACONTROLLER_BIN)
    throw new UserError(
      'no Metacontroller: METACONTROLLER_BIN and METACONTROLLER_MANIFESTS name one',
    )
  const plane = await startControlPlane(assets)
  const env = { ...metacontroller, PATH, KUBECONFIG: plane.kubeconfig }
  return { env, close: plane.stop }
}

/** kind with a Docker engine, and no kind cluster of this project, which the page would delete. */
async function kind(): Promise<Requirements> {
  await requireKind()
  const { stdout } = await run('kind', ['get', 'clusters'], { env: process.env, limitMs: 60_000 })
  if (stdout.split('\n').some((name) => `kind-${name}` === kindContext))
    throw new UserError(`${kindContext} exists already, and the page would delete it`)
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-docs-'))
  onExitRemove(dir)
  const env = { ...process.env, KUBECONFIG: join(dir, 'kubeconfig') }
  const close = async () => {
    await run('kind', ['delete', 'cluster', '--name', 'coinflip'], { env, limitMs: 300_000 })
  }
  return { env: { KUBECONFIG: env.KUBECONFIG }, close }
}

const parts: Record<string, () => Promise<Requirements>> = {
  '': async () => nothing,
  cluster,
  kind,
}

/** Starts what a part requires, or resolves to what is missing. */
export async function preparePart(name: string): Promise<Requirements | { missing: string }> {
  const part = parts[name]
  if (!part) throw new UserError(`test-docs: there is no part ${name}, but ${Object.keys(parts)}`)
  try {
    return await part()
  } catch (error) {
    if (error instanceof UserError) return { missing: error.message.replace(/^e2e: /, '') }
    throw error
  }
}
