import { awaitEstablished } from '../coinflips/crd.ts'
import type { Cluster } from '../kube/context.ts'
import { apply } from '../kube/objects.ts'
import type { Daemon } from '../lib/daemon.ts'
import { nextSignal } from '../lib/exit.ts'
import { say, step, warn } from '../lib/script.ts'
import { UserError } from '../lib/user-error.ts'
import { findComposite } from '../metacontroller/composite.ts'
import { findMetacontrollers, installedByLabel } from '../metacontroller/metacontroller.ts'
import { removeMetacontroller } from '../metacontroller/remove.ts'
import { removeController } from '../metacontroller/remove-controller.ts'
import { lockRun } from './lock.ts'
import { findMetacontrollerProgram, startMetacontroller } from './metacontroller.ts'
import { hostObjects, missingMetacontrollerCrds, writeKubeconfig } from './objects.ts'
import { findObstacle } from './obstacle.ts'
import { startHostBroker, startHostService } from './service.ts'

/** Resolves when a program ends. */
async function failureOf({ name, ended }: Daemon): Promise<string> {
  const { cause } = await ended
  return `${name} ended (${cause})`
}

/** Serves a cluster from this machine until Ctrl-C, and restores it then; returns the exit code. */
export async function serveFromHost(cluster: Cluster): Promise<number> {
  const { kubectl, context } = cluster
  const why = findObstacle(await findComposite(kubectl), await findMetacontrollers(kubectl))
  if (why) throw new UserError(`run: ${why}`)
  const program = await findMetacontrollerProgram()
  await lockRun()
  const crds = await missingMetacontrollerCrds(cluster)
  const broker = process.env.NATS_URL ? undefined : await startHostBroker()
  const natsUrl = broker?.url ?? process.env.NATS_URL ?? ''
  const service = await step('starting the service', () => startHostService(natsUrl))
  const objects = await hostObjects(cluster, service.url)
  const kubeconfig = await writeKubeconfig(cluster)

  // The cluster is unchanged so far. From here on Ctrl-C restores it.
  const signal = nextSignal()
  const running: Daemon[] = [service]
  let failure: string | undefined
  try {
    await step('applying the CompositeController and the admission policies', async () => {
      await apply(kubectl, crds)
      const names = crds.map(({ metadata }) => metadata.name)
      await awaitEstablished(kubectl, names)
      await apply(kubectl, objects)
    })
    running.unshift(
      await step('starting Metacontroller', () => startMetacontroller(program, kubeconfig)),
    )
    say(`serving context ${context}: hooks ${service.url}, NATS ${natsUrl}; Ctrl-C ends it`)
    say('in another terminal: make samples, make flip NAME=x, make listen')
    failure = await Promise.race([signal.then(() => undefined), ...running.map(failureOf)])
  } finally {
    if (failure) warn(failure)
    warn('restoring the cluster; Ctrl-C again exits at once, and `make undeploy` restores the rest')
    await removeController(kubectl, { force: false, again: 'make run' })
    for (const daemon of running) await daemon.stop(15_000)
    await removeMetacontroller(kubectl, `${installedByLabel}=run`)
    await broker?.stop()
  }
  return failure ? 1 : 0
}
