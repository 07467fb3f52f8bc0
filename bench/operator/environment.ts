import { apply, type KubeObject } from '../../hack/kube/objects.ts'
import { startBroker } from '../../hack/lib/broker.ts'
import { spin } from '../../hack/lib/script.ts'
import { prepareEnvironment, requireGo } from '../../test/lib/load/environment.ts'
import { machineLine } from '../../test/lib/machine.ts'
import { openCoinFlips } from '../../test/lib/plane/coinflips.ts'
import { startControlPlane } from '../../test/lib/plane/control-plane.ts'
import { type HookEndpoint, withHooksAt } from '../../test/lib/plane/hook-endpoint.ts'
import { installCrds } from '../../test/lib/plane/install.ts'
import { requirePrograms } from '../../test/lib/plane/programs.ts'
import { createStream } from '../lib/create-stream.ts'
import { createServiceAccount } from './service-account.ts'

/** What all runs of operators share. */
export type OperatorEnvironment = Awaited<ReturnType<typeof prepareOperatorEnvironment>>

const goModule = 'bench/baselines/go'

/** Finds and builds what runs on a control plane need; a UserError names what is missing. */
export async function prepareOperatorEnvironment() {
  const { versions, ...programs } = await requirePrograms(process.env)
  const environment = await spin('building', () => prepareEnvironment({ pin: false }))
  const go = requireGo(environment, 'the operator on controller-runtime')
  return {
    ...environment,
    ...programs,
    /** The built operator of bench/baselines/go. */
    operatorGo: await spin('building the Go operator', () => go.build(goModule, './cmd/operator')),
    /** One line about the machine and the versions. */
    machine: machineLine({
      Go: go.version,
      'controller-runtime': await go.versionOf(goModule, 'sigs.k8s.io/controller-runtime'),
      ...versions,
      'nats-server': environment.natsVersion,
    }),
  }
}

/** A control plane and a broker of one run's own. */
export type Cluster = Awaited<ReturnType<typeof startCluster>>

/** A copy of a CompositeController for the objects with a value of the label `shard`. */
function forShard(composite: KubeObject, shard: string): KubeObject {
  const { metadata, spec } = structuredClone(composite)
  const labels = { ...metadata.labels, shard }
  spec.parentResource.labelSelector = { matchLabels: { shard } }
  return {
    ...composite,
    metadata: { ...metadata, name: `${metadata.name}-${shard}`, labels },
    spec,
  }
}

/**
 * Starts a control plane with the CRDs and a service account for an operator, and a broker with the
 * stream. The API server gets more arguments.
 */
export async function startCluster(
  { assets, manifests, natsServer }: OperatorEnvironment,
  apiServerArgs: readonly string[] = [],
) {
  const plane = await startControlPlane(assets, apiServerArgs)
  const { kubeconfig } = await createServiceAccount(plane, 'operator')
  const { composite } = await installCrds(plane.kubectl, manifests)
  const coinFlips = openCoinFlips(plane.access)
  const broker = await startBroker({ binary: natsServer })
  await createStream(broker.url, 'COINFLIPS', 'coinflips.three-tails')
  return {
    /** Of the service account. */
    kubeconfig,
    createServiceAccount: (name: string) => createServiceAccount(plane, name),
    coinFlips,
    natsUrl: broker.url,
    /** Process ids by program. */
    pids: { ...plane.pids(), 'nats-server': broker.pid },
    /** Applies a CompositeController with hooks at an endpoint, or one for each shard. */
    async install(endpoint: HookEndpoint, shards: readonly string[]) {
      const own = withHooksAt(composite, endpoint)
      const all = shards.length > 0 ? shards.map((shard) => forShard(own, shard)) : [own]
      await apply(plane.kubectl, all)
    },
    async stop() {
      await broker.stop()
      await plane.stop()
    },
  }
}
