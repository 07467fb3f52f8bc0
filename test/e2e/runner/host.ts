import { readVersion } from '../../../hack/kube/context.ts'
import { kubectlWith } from '../../../hack/kube/kubectl.ts'
import { findNatsServer } from '../../../hack/lib/nats-server.ts'
import { say, spin } from '../../../hack/lib/script.ts'
import { findAssets } from '../../lib/plane/assets.ts'
import { startControlPlane } from '../../lib/plane/control-plane.ts'
import { findMetacontroller } from '../../lib/plane/find-metacontroller.ts'
import { type Result, runCases } from './run.ts'

/** Runs the cases with one API server on loopback; each file starts the rest as its processes. */
export async function runOnHost(files: readonly string[]): Promise<Result> {
  const assets = await findAssets(process.env)
  // Its kubectl is of the same version as its API server.
  process.env.PATH = `${assets}:${process.env.PATH}`
  const programs = {
    ...(await findMetacontroller(process.env)),
    NATS_SERVER_BIN: await findNatsServer(),
    KUBEBUILDER_ASSETS: assets,
  }
  const plane = await spin('starting an API server', () => startControlPlane(assets))
  try {
    const { gitVersion } = await readVersion(kubectlWith('--kubeconfig', plane.kubeconfig))
    say(`Kubernetes ${gitVersion}`)
    const cluster = { KUBECONFIG: plane.kubeconfig, KUBERNETES_VERSION: gitVersion }
    return await runCases('host', files, { ...programs, ...cluster })
  } finally {
    await plane.stop()
  }
}
