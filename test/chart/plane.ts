import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { helmOf } from '../lib/chart.ts'
import { openApi } from '../lib/cluster/api.ts'
import { kubectlOf } from '../lib/cluster/kubectl.ts'
import { startControlPlane } from '../lib/plane/control-plane.ts'
import { dir } from './chart.ts'

const { KUBEBUILDER_ASSETS: assets = '', HELM_BIN = '' } = process.env

/** A real API server, without Metacontroller's CRDs at first, and with no kubelet. */
export const plane = await startControlPlane(assets)
t.teardown(() => plane.stop())
export const kubectl = kubectlOf(join(assets, 'kubectl'), plane.kubeconfig, dir)
export const helm = helmOf(HELM_BIN, dir, { ...process.env, KUBECONFIG: plane.kubeconfig })
export const api = await openApi(join(assets, 'kubectl'), kubectl, dir)
t.teardown(() => api.close())

/** Applies the CRDs of these names in a folder, and waits until they are established. */
export async function applyCrds(folder: string, names: RegExp): Promise<void> {
  for (const name of readdirSync(folder).filter((each) => names.test(each)))
    await kubectl('apply', '--server-side', '-f', join(folder, name))
  await kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s')
}

/** What Helm prints; throws its error. */
export async function demand(...args: string[]): Promise<string> {
  const { stdout, stderr, failure } = await helm(...args)
  if (failure !== undefined) throw new Error(`helm ${args.join(' ')}: ${stderr}`)
  return stdout
}
