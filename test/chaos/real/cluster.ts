import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { ask } from '../../../hack/kube/kubectl.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { poll } from '../../../hack/lib/wait-for.ts'
import { composites } from '../../../hack/metacontroller/composite.ts'
import { compositeName } from '../../../server/cluster/composite.ts'
import { coinFlips as declared } from '../../../server/hook/controller.ts'
import { buildCall } from '../../../server/metacontroller/testing/index.ts'
import { coinFlipFrom, openCoinFlips } from '../../lib/plane/coinflips.ts'
import { type ControlPlane, startControlPlane } from '../../lib/plane/control-plane.ts'
import { install } from '../../lib/plane/install.ts'
import type { Programs } from '../../lib/plane/programs.ts'
import { listAll, watch } from '../../lib/plane/watch.ts'
import type { Cluster } from '../cluster.ts'
import { openHookClient } from '../hook-client.ts'
import { prepareMetacontroller, type RestartedMetacontroller } from './metacontroller.ts'
import { openWriter, type Writer } from './writer.ts'

export interface RealClusterOptions extends Programs {
  hooksPort: number
  /** CA of the hooks, when they are served over https. */
  ca?: string | undefined
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
  { manifests, hooksPort, ca }: RealClusterOptions,
): Promise<RealCluster> {
  const protocol = ca ? 'https' : 'http'
  const url = new URL(`${protocol}://127.0.0.1:${hooksPort}`)
  await install(plane.kubectl, manifests, { url, ca })
  const coinFlips = openCoinFlips(plane.access)
  const writer = openWriter(coinFlips)
  const older = openHookClient(url.origin, hookLimitMs, ca)
  if (!(await poll(() => policiesWork(writer), { timeoutMs: readyLimitMs })))
    throw new UserError('the admission policies of manifests/admission are not in force')
  await controller.start()
  const areGone = async () => (await listAll(coinFlips))?.objects.length === 0
  if (!(await poll(areGone, { timeoutMs: readyLimitMs })))
    throw new UserError(
      ['Metacontroller does not serve CoinFlips', ...controller.log().slice(-50)].join('\n  '),
    )

  const watches: (() => void)[] = []
  let [apiTurn, controllerTurn] = [Promise.resolve(), Promise.resolve()]
  return {
    description: `a real Metacontroller and API server, hooks over ${protocol}`,
    ...writer,
    async list() {
      const listed = await poll(() => listAll(coinFlips), { timeoutMs: readyLimitMs })
      if (!listed) throw new UserError('the API server does not answer')
      return listed.objects
    },
    observe: (listener) => void watches.push(watch(coinFlips, listener)),
    // Beside Metacontroller's own calls, as from a second one that still runs.
    async showOlder(object) {
      const parent = coinFlipFrom(object)
      const { hook, body } = buildCall(declared, parent)
      await older.call(hook, body, parent)
    },
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
      return controller.pid()
    },
    async setResyncPeriod(seconds) {
      const patch = JSON.stringify({ spec: { resyncPeriodSeconds: seconds } })
      const args = ['patch', composites, compositeName, '--type=merge', `--patch=${patch}`]
      await ask(plane.kubectl, ...args)
    },
    async stop() {
      await Promise.all([apiTurn, controllerTurn])
      for (const unwatch of watches) unwatch()
      older.close()
      await controller.stop()
      await plane.stop()
    },
  }
}

/** Starts a real API server and a real Metacontroller, with the manifests of this project. */
export async function startRealCluster(options: RealClusterOptions): Promise<RealCluster> {
  const plane = await startControlPlane(options.assets)
  const controller = prepareMetacontroller(options.metacontroller, plane.kubeconfig)
  try {
    return await installAndStart(plane, controller, options)
  } catch (error) {
    await controller.stop()
    await plane.stop()
    throw error
  }
}
