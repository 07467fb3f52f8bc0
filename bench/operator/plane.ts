import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ask, type Kubectl } from '../../hack/kube/kubectl.ts'
import { apply, type KubeObject } from '../../hack/kube/objects.ts'
import { parseObjects } from '../../hack/kube/render.ts'
import { run } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { eventually } from '../../test/lib/eventually.ts'
import { type CoinFlips, openCoinFlips } from '../../test/lib/plane/coinflips.ts'
import {
  type MortalControlPlane,
  startMortalControlPlane,
} from '../../test/lib/plane/control-plane.ts'

/** Where the hooks are, and of which objects. */
export interface Hooks {
  url: URL
  ca?: string | undefined
  resyncSeconds?: number
  /** Only objects with this value of the label `shard`, by a CompositeController of its own. */
  shard?: string | undefined
}

/** Makes a CompositeController one of several that share the objects out. */
function narrow(composite: KubeObject, shard: string): void {
  const labels = { shard }
  composite.metadata.name = `${composite.metadata.name}-${shard}`
  composite.metadata.labels = { ...composite.metadata.labels, ...labels }
  composite.spec.parentResource.labelSelector = { matchLabels: labels }
}

/** A real control plane with our CRD and Metacontroller's, and no operator yet. */
export interface Plane {
  kubeconfig: string
  coinFlips: CoinFlips
  /** Has Metacontroller call the hooks there. */
  install(hooks: Hooks): Promise<void>
  stop(): Promise<void>
}

const limitMs = 60_000

async function begin(control: MortalControlPlane, assets: string, manifests: string) {
  const kubectl: Kubectl = (args) =>
    run(join(assets, 'kubectl'), ['--kubeconfig', control.kubeconfig, ...args], {
      env: process.env,
      limitMs,
    })
  const foreign = await readFile(join(manifests, 'metacontroller-crds-v1.yaml'), 'utf8')
  const ours = parseObjects(await ask(kubectl, 'kustomize', join(root, 'manifests/overlays/host')))
  const isCrd = ({ kind }: KubeObject) => kind === 'CustomResourceDefinition'
  await apply(kubectl, [...parseObjects(foreign), ...ours].filter(isCrd))
  // kubectl fails where a CRD has no conditions at all yet.
  const args = ['wait', 'crd', '--all', '--for=condition=Established', '--timeout=60s']
  const established = async () => (await kubectl(args)).failure === undefined
  if (!(await eventually(established, limitMs)))
    throw new UserError('bench: the CRDs are not served')
  return { kubectl, ours }
}

export async function startPlane(assets: string, manifests: string): Promise<Plane> {
  const control = await startMortalControlPlane(assets)
  try {
    const { kubectl, ours } = await begin(control, assets, manifests)
    const coinFlips = openCoinFlips(control.access)
    return {
      kubeconfig: control.kubeconfig,
      coinFlips,
      async install({ url, ca, resyncSeconds, shard }) {
        const present = ours.find(({ kind }) => kind === 'CompositeController')
        if (!present) throw new UserError('manifests/overlays/host holds no CompositeController')
        const composite = structuredClone(present)
        const { spec } = composite
        if (shard !== undefined) narrow(composite, shard)
        for (const hook of ['sync', 'finalize'])
          spec.hooks[hook].webhook.url = new URL(`/${hook}`, url).href
        if (ca) spec.endpointConfigs = [{ host: url.host, caBundle: { inline: ca } }]
        if (resyncSeconds) spec.resyncPeriodSeconds = resyncSeconds
        await apply(kubectl, [composite])
      },
      async stop() {
        coinFlips.close()
        await control.stop()
      },
    }
  } catch (error) {
    await control.stop()
    throw error
  }
}
