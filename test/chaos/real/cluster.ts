import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ask, type Kubectl } from '../../../hack/kube/kubectl.ts'
import { run } from '../../../hack/lib/process.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { poll } from '../../../hack/lib/wait-for.ts'
import { composites } from '../../../hack/metacontroller/composite.ts'
import type { Certificates } from '../../../server/cluster/certificates.ts'
import { compositeName } from '../../../server/cluster/composite.ts'
import type { ObservedCoinFlip } from '../../lib/plane/coinflips.ts'
import { openCoinFlips } from '../../lib/plane/coinflips.ts'
import { type ControlPlane, startControlPlane } from '../../lib/plane/control-plane.ts'
import { install } from '../../lib/plane/install.ts'
import type { Cluster } from '../cluster.ts'
import { openHookClient } from '../hook-client.ts'
import { prepareMetacontroller, type RestartedMetacontroller } from './metacontroller.ts'
import { listAll, watch } from './watch.ts'
import { openWriter, type Writer } from './writer.ts'

export interface RealClusterOptions {
  /** Folder of Metacontroller's manifests. */
  manifests: string
  hooksPort: number
  /** Of the hooks, when they are served over https. */
  certificates?: Certificates | undefined
  /** Instead of that of manifests/controller. */
  resyncPeriodSeconds?: number | undefined
  /** Folder of etcd, kube-apiserver and kubectl. */
  assets: string
  /** Path of metacontroller. */
  metacontroller: string
}

export interface RealCluster extends Cluster {
  /** Of the present Metacontroller. */
  readonly metacontrollerPid: number
  /** Sets another period, which restarts the controller with an empty queue and a full bucket. */
  setResyncPeriod(seconds: number): Promise<void>
}

const readyLimitMs = 60_000
const hookLimitMs = 10_000

/** Whether both admission policies are in force, tried with an object that is deleted. */
async function policiesWork(writer: Writer): Promise<boolean> {
  const name = `canary-${randomUUID()}`
  await writer.create(name, 'H')
  await writer.remove(name)
  // Without the finalizer the object would be gone; without the other policy it takes the flip.
  const late = await writer.append(name, 'H')
  return !late.accepted && late.why.includes('is being deleted')
}

async function installAndStart(
  plane: ControlPlane,
  controller: RestartedMetacontroller,
  options: RealClusterOptions,
): Promise<RealCluster> {
  const program = join(options.assets, 'kubectl')
  const kubectl: Kubectl = (args, how) =>
    run(program, ['--kubeconfig', plane.kubeconfig, ...args], how)
  const { manifests, hooksPort, certificates, resyncPeriodSeconds } = options
  const protocol = certificates ? 'https' : 'http'
  const url = new URL(`${protocol}://127.0.0.1:${hooksPort}`)
  await install(kubectl, manifests, { url, ca: certificates?.ca, resyncPeriodSeconds })
  const coinFlips = openCoinFlips(plane.access)
  const writer = openWriter(coinFlips)
  const older = openHookClient(url.origin, hookLimitMs, certificates?.ca)
  if (!(await poll(() => policiesWork(writer), { timeoutMs: readyLimitMs })))
    throw new UserError('the admission policies of manifests/admission are not in force')
  await controller.start()
  const areGone = async () => (await listAll(coinFlips))?.objects.length === 0
  if (!(await poll(areGone, { timeoutMs: readyLimitMs })))
    throw new UserError(
      ['Metacontroller does not serve CoinFlips', ...controller.log.slice(-50)].join('\n  '),
    )

  const watches: { stop(): void }[] = []
  let [apiTurn, controllerTurn] = [Promise.resolve(), Promise.resolve()]
  return {
    description: `a real Metacontroller and API server, hooks over ${protocol}`,
    ...writer,
    async list() {
      let objects: ObservedCoinFlip[] | undefined
      const look = async () => {
        objects = (await listAll(coinFlips))?.objects
        return objects !== undefined
      }
      await poll(look, { timeoutMs: readyLimitMs })
      if (!objects) throw new UserError('the API server does not answer')
      return objects
    },
    observe: (listener) => void watches.push(watch(coinFlips, listener)),
    // Beside Metacontroller's own calls, as from a second one that still runs.
    showOlder: async (object) => void (await older.call(object)),
    faults: {
      'Metacontroller killed': (durationMs) => {
        controllerTurn = controllerTurn.then(() => controller.kill(durationMs))
        return controllerTurn
      },
      'API server killed': (durationMs) => {
        apiTurn = apiTurn.then(async () => {
          await plane.killApiServer()
          await delay(durationMs)
          await plane.startApiServer()
        })
        return apiTurn
      },
    },
    countCalls: controller.countCalls,
    get metacontrollerPid() {
      return controller.pid
    },
    async setResyncPeriod(seconds) {
      const patch = JSON.stringify({ spec: { resyncPeriodSeconds: seconds } })
      await ask(kubectl, 'patch', composites, compositeName, '--type=merge', `--patch=${patch}`)
    },
    async stop() {
      await Promise.all([apiTurn, controllerTurn])
      for (const { stop } of watches) stop()
      older.close()
      coinFlips.close()
      await controller.stop()
      await plane.stop()
    },
  }
}

/** Starts a real API server and a real Metacontroller, with the manifests of this project. */
export async function startRealCluster(options: RealClusterOptions): Promise<RealCluster> {
  const plane = await startControlPlane(options.assets)
  const { kubeconfig } = plane
  const controller = prepareMetacontroller(options.metacontroller, kubeconfig)
  try {
    return await installAndStart(plane, controller, options)
  } catch (error) {
    await controller.stop()
    await plane.stop()
    throw error
  }
}
