import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ask, type Kubectl } from '../../../hack/kube/kubectl.ts'
import { run } from '../../../hack/lib/process.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { compositeName, composites, hostSelector } from '../../../hack/metacontroller/composite.ts'
import { eventually } from '../../lib/eventually.ts'
import type { Seen } from '../../lib/plane/coinflips.ts'
import { openCoinFlips } from '../../lib/plane/coinflips.ts'
import { type MortalControlPlane, startMortalControlPlane } from '../../lib/plane/control-plane.ts'
import { hooksUrl, type InstallOptions, install } from '../../lib/plane/install.ts'
import { type Metacontroller, prepareMetacontroller } from '../../lib/plane/metacontroller.ts'
import { openHooks } from '../hooks.ts'
import type { World } from '../world.ts'
import { listAll, watch } from './watch.ts'
import { openWriter, type Writer } from './writer.ts'

export interface RealWorldOptions extends InstallOptions {
  /** Folder of etcd, kube-apiserver and kubectl. */
  assets: string
  /** Path of metacontroller. */
  metacontroller: string
}

export interface RealWorld extends World {
  /** Of the present Metacontroller. */
  readonly metacontrollerPid: number
  /** Another period; Metacontroller then begins anew, with an empty queue and a full bucket. */
  setResyncPeriod(seconds: number): Promise<void>
}

const readyLimitMs = 60_000
const hookLimitMs = 10_000

/** Whether both admission policies hold already, tried on an object that is deleted. */
async function policiesHold(writer: Writer): Promise<boolean> {
  const name = `canary-${randomUUID()}`
  await writer.create(name, 'H')
  await writer.remove(name)
  // One without the finalizer would be gone; one that is not frozen would take the flip.
  const late = await writer.append(name, 'H')
  return !late.accepted && late.why.includes('is being deleted')
}

async function begin(
  plane: MortalControlPlane,
  controller: Metacontroller,
  options: RealWorldOptions,
): Promise<RealWorld> {
  const kubectl: Kubectl = (args, limitMs = readyLimitMs) =>
    run(join(options.assets, 'kubectl'), ['--kubeconfig', plane.kubeconfig, ...args], {
      env: process.env,
      limitMs,
    })
  await install(kubectl, options)
  const coinFlips = openCoinFlips(plane.access)
  const writer = openWriter(coinFlips)
  const url = hooksUrl(options)
  const older = openHooks(url, hookLimitMs, options.certificates?.ca)
  if (!(await eventually(() => policiesHold(writer), readyLimitMs)))
    throw new UserError('the admission policies of manifests/admission do not take hold')
  await controller.start()
  const areGone = async () => (await listAll(coinFlips))?.objects.length === 0
  if (!(await eventually(areGone, readyLimitMs)))
    throw new UserError(['Metacontroller does not serve CoinFlips', ...controller.log].join('\n  '))

  const watches: { stop(): void }[] = []
  let [apiTurn, controllerTurn] = [Promise.resolve(), Promise.resolve()]
  return {
    what: `a real Metacontroller and API server, hooks by ${url.split(':')[0]}`,
    ...writer,
    async list() {
      let objects: Seen[] | undefined
      const look = async () => {
        objects = (await listAll(coinFlips))?.objects
        return objects !== undefined
      }
      await eventually(look, readyLimitMs)
      if (!objects) throw new UserError('the API server does not answer')
      return objects
    },
    observe: (listener) => void watches.push(watch(coinFlips, listener)),
    // Beside Metacontroller's own calls, as from another one that has not noticed its end.
    showOlder: async (object) => void (await older.call(object)),
    faults: {
      'Metacontroller killed': (lastsMs) => {
        controllerTurn = controllerTurn.then(() => controller.kill(lastsMs))
        return controllerTurn
      },
      'API server killed': (lastsMs) => {
        apiTurn = apiTurn.then(async () => {
          await plane.killApiServer()
          await delay(lastsMs)
          await plane.startApiServer()
        })
        return apiTurn
      },
    },
    tally: controller.tally,
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
export async function startRealWorld(options: RealWorldOptions): Promise<RealWorld> {
  const plane = await startMortalControlPlane(options.assets)
  const { kubeconfig } = plane
  const controller = prepareMetacontroller(options.metacontroller, kubeconfig, hostSelector)
  try {
    return await begin(plane, controller, options)
  } catch (error) {
    await controller.stop()
    await plane.stop()
    throw error
  }
}
