import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { kindContext, needKind } from '../../hack/kube/kind.ts'
import { onExitRemove } from '../../hack/lib/exit.ts'
import { type Env, run } from '../../hack/lib/process.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { findAssets } from '../lib/plane/assets.ts'
import { findWholeMetacontroller } from '../lib/plane/find-metacontroller.ts'
import { startControlPlane } from '../lib/plane/kubernetes.ts'

/** What a part of a page needs, made ready. */
export interface Ready {
  env: Env
  close(): Promise<void>
}

const nothing: Ready = { env: {}, close: async () => {} }

/** A real API server without nodes, and a Metacontroller for `make run`. */
async function cluster(): Promise<Ready> {
  const assets = await findAssets(process.env)
  const PATH = `${assets}${delimiter}${process.env.PATH}`
  // The kubectl that fetches its manifests comes with the assets.
  process.env.PATH = PATH
  const metacontroller = await findWholeMetacontroller(process.env)
  if (!metacontroller.METACONTROLLER_BIN)
    throw new UserError(
      'no Metacontroller: METACONTROLLER_BIN and METACONTROLLER_MANIFESTS name one',
    )
  const plane = await startControlPlane({ assets })
  const env = { ...metacontroller, PATH, KUBECONFIG: plane.kubeconfig }
  return { env, close: plane.stop }
}

/** kind with a Docker engine, and no cluster of ours that the page would take away. */
async function kind(): Promise<Ready> {
  await needKind()
  const { stdout } = await run('kind', ['get', 'clusters'], { env: process.env, limitMs: 60_000 })
  if (stdout.split('\n').some((name) => `kind-${name}` === kindContext))
    throw new UserError(`${kindContext} is there already, and the page would take it away`)
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-docs-'))
  onExitRemove(dir)
  const env = { ...process.env, KUBECONFIG: join(dir, 'kubeconfig') }
  const close = async () => {
    await run('kind', ['delete', 'cluster', '--name', 'coinflip'], { env, limitMs: 300_000 })
  }
  return { env: { KUBECONFIG: env.KUBECONFIG }, close }
}

const parts: Record<string, () => Promise<Ready>> = { '': async () => nothing, cluster, kind }

/** Makes ready what a part needs, or says in a line what is lacking. */
export async function prepare(name: string): Promise<Ready | { lacks: string }> {
  const part = parts[name]
  if (!part) throw new UserError(`test-docs: there is no part ${name}, but ${Object.keys(parts)}`)
  try {
    return await part()
  } catch (error) {
    if (error instanceof UserError) return { lacks: error.message.replace(/^e2e: /, '') }
    throw error
  }
}
