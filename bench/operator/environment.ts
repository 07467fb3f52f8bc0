import { startBroker } from '../../hack/lib/broker.ts'
import { findNatsServer } from '../../hack/lib/nats-server.ts'
import { spin } from '../../hack/lib/script.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import {
  type BenchEnvironment,
  createStream,
  prepareEnvironment,
  requireGo,
} from '../../test/lib/load/environment.ts'
import { machineLine } from '../../test/lib/machine.ts'
import { findAssets } from '../../test/lib/plane/assets.ts'
import { findManifests, findMetacontroller } from '../../test/lib/plane/find-metacontroller.ts'
import { type ControlPlane, startControlPlane } from './control-plane.ts'

/** What all runs of operators share. */
export interface OperatorEnvironment extends BenchEnvironment {
  /** Folder of kubectl, etcd and kube-apiserver. */
  assets: string
  /** The program, and the folder with its manifests. */
  metacontroller: string
  manifests: string
  natsServer: string
  /** The built bench/baselines/operator-go. */
  operatorGo: string
  /** One line about the machine and the versions. */
  machine: string
}

const operatorGoModule = 'bench/baselines/operator-go'

function demand(value: string | undefined, what: string): string {
  if (!value) throw new UserError(`${what} is needed`)
  return value
}

/** Finds and builds what runs on a control plane need; a UserError names what is missing. */
export async function prepareOperatorEnvironment(): Promise<OperatorEnvironment> {
  const assets = await findAssets(process.env)
  process.env.PATH = `${assets}:${process.env.PATH}`
  const natsServer = demand(await findNatsServer(), 'a nats-server (NATS_SERVER_BIN)')
  const found = {
    ...(await findMetacontroller(process.env)),
    ...(await findManifests(process.env)),
  }
  const metacontroller = demand(found.METACONTROLLER_BIN, 'a Metacontroller (METACONTROLLER_BIN)')
  const manifests = demand(
    found.METACONTROLLER_MANIFESTS,
    "a folder with Metacontroller's manifests (METACONTROLLER_MANIFESTS)",
  )
  const environment = await spin('building', () => prepareEnvironment({ pin: false }))
  const go = requireGo(environment, 'the operator on controller-runtime')
  const operatorGo = await spin('building the Go operator', () =>
    go.build(operatorGoModule, './cmd'),
  )
  const machine = machineLine({
    Go: go.version,
    'controller-runtime': await go.versionOf(operatorGoModule, 'sigs.k8s.io/controller-runtime'),
    Metacontroller: found.METACONTROLLER_VERSION,
    'nats-server': environment.natsVersion,
  })
  return { ...environment, assets, metacontroller, manifests, natsServer, operatorGo, machine }
}

/** A control plane and a broker of one run's own. */
export interface Cluster {
  plane: ControlPlane
  natsUrl: string
  stop(): Promise<void>
}

/** Starts a control plane with the CRDs, and a broker with the stream. */
export async function startCluster(environment: OperatorEnvironment): Promise<Cluster> {
  const { assets, manifests, natsServer } = environment
  const plane = await startControlPlane(assets, manifests)
  const broker = await startBroker({ binary: natsServer })
  await createStream(broker.url, 'COINFLIPS', 'coinflips.three-tails')
  return {
    plane,
    natsUrl: broker.url,
    async stop() {
      await broker.stop()
      await plane.stop()
    },
  }
}
