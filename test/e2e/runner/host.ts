import { findNatsServer } from '../../../hack/lib/nats-server.ts'
import { spin, warn } from '../../../hack/lib/script.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { findAssets } from '../../lib/plane/assets.ts'
import { startControlPlane } from '../../lib/plane/control-plane.ts'
import { findManifests, findMetacontroller } from '../../lib/plane/find-metacontroller.ts'
import { type Result, runCases } from './run.ts'

/** Runs the cases with one API server on loopback; each file starts the rest as its processes. */
export async function runOnHost(files: readonly string[]): Promise<Result> {
  const assets = await findAssets(process.env)
  // Its kubectl is of the same version as its API server.
  process.env.PATH = `${assets}:${process.env.PATH}`
  const nats = await spin('getting a NATS server', () => findNatsServer({ say: warn }))
  if (!nats) throw new UserError('e2e: host mode needs a NATS server')
  const metacontroller = {
    ...(await findMetacontroller(process.env)),
    ...(await findManifests(process.env)),
  }
  const plane = await spin('starting an API server', () => startControlPlane(assets))
  try {
    return await runCases('host', files, {
      ...metacontroller,
      KUBEBUILDER_ASSETS: assets,
      KUBECONFIG: plane.kubeconfig,
      NATS_SERVER_BIN: nats,
    })
  } finally {
    await plane.stop()
  }
}
