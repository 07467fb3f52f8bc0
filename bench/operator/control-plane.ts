import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ask, type Kubectl } from '../../hack/kube/kubectl.ts'
import { apply, type KubeObject } from '../../hack/kube/objects.ts'
import { parseObjects } from '../../hack/kube/render.ts'
import { run } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { poll } from '../../hack/lib/wait-for.ts'
import { type CoinFlips, openCoinFlips } from '../../test/lib/plane/coinflips.ts'
import {
  type ControlPlane as Processes,
  startControlPlane as startProcesses,
} from '../../test/lib/plane/control-plane.ts'

/** The hooks that Metacontroller calls, and for which objects. */
export interface Hooks {
  url: URL
  ca?: string | undefined
  resyncSeconds?: number
  /** Restricts a CompositeController of its own to objects with this value of the label `shard`. */
  shard?: string | undefined
}

/** Restricts a CompositeController to the objects of one shard. */
function restrictToShard(composite: KubeObject, shard: string): void {
  const labels = { shard }
  composite.metadata.name = `${composite.metadata.name}-${shard}`
  composite.metadata.labels = { ...composite.metadata.labels, ...labels }
  composite.spec.parentResource.labelSelector = { matchLabels: labels }
}

/** A real control plane with our CRD and Metacontroller's, without an operator. */
export interface ControlPlane {
  kubeconfig: string
  coinFlips: CoinFlips
  /** Applies a CompositeController with these hooks. */
  install(hooks: Hooks): Promise<void>
  stop(): Promise<void>
}

const limitMs = 60_000

async function applyCrds(control: Processes, assets: string, manifests: string) {
  const program = join(assets, 'kubectl')
  const kubectl: Kubectl = (args, how) =>
    run(program, ['--kubeconfig', control.kubeconfig, ...args], how)
  const metacontroller = await readFile(join(manifests, 'metacontroller-crds-v1.yaml'), 'utf8')
  const ours = parseObjects(await ask(kubectl, 'kustomize', join(root, 'manifests/overlays/host')))
  const isCrd = ({ kind }: KubeObject) => kind === 'CustomResourceDefinition'
  await apply(kubectl, [...parseObjects(metacontroller), ...ours].filter(isCrd))
  // kubectl fails as long as a CRD has no conditions.
  const args = ['wait', 'crd', '--all', '--for=condition=Established', '--timeout=60s']
  const established = async () => (await kubectl(args)).failure === undefined
  if (!(await poll(established, { timeoutMs: limitMs })))
    throw new UserError('the API server does not serve the CRDs')
  return { kubectl, ours }
}

/** Starts a control plane, and applies the CRDs. */
export async function startControlPlane(assets: string, manifests: string): Promise<ControlPlane> {
  const control = await startProcesses(assets)
  try {
    const { kubectl, ours } = await applyCrds(control, assets, manifests)
    const coinFlips = openCoinFlips(control.access)
    return {
      kubeconfig: control.kubeconfig,
      coinFlips,
      async install({ url, ca, resyncSeconds, shard }) {
        const present = ours.find(({ kind }) => kind === 'CompositeController')
        if (!present) throw new UserError('manifests/overlays/host holds no CompositeController')
        const composite = structuredClone(present)
        const { spec } = composite
        if (shard !== undefined) restrictToShard(composite, shard)
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
