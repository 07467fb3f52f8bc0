import { awaitEstablished } from '../coinflips/crd.ts'
import type { Cluster } from '../kube/context.ts'
import { apply } from '../kube/objects.ts'
import { nextSignal } from '../lib/exit.ts'
import { warn } from '../lib/script.ts'
import { say, step } from '../lib/step.ts'
import { putBack } from '../metacontroller/composite.ts'
import { broughtBy } from '../metacontroller/metacontroller.ts'
import { removeMetacontroller } from '../metacontroller/remove.ts'
import { leave } from '../metacontroller/remove-controller.ts'
import { needFreeCluster } from './check.ts'
import type { Daemon } from './daemon.ts'
import { lockRun } from './lock.ts'
import { findMetacontrollerProgram, startMetacontroller } from './metacontroller.ts'
import { hostObjects, metacontrollerCrds, writeKubeconfig } from './objects.ts'
import { startHostBroker, startHostService } from './service.ts'

function exitAtSecond(finish: string): void {
  void nextSignal().then(() => {
    warn(`left as it is: \`${finish}\` finishes`)
    process.exit(130)
  })
}

/** Resolves when a program ends that nobody asked to. */
async function failureOf({ name, ended }: Daemon): Promise<string> {
  const { cause } = await ended
  return `${name} ended (${cause})`
}

/** Serves a cluster from this machine until Ctrl-C, and leaves it as it was. */
export async function serveFromHost(cluster: Cluster, force: boolean): Promise<number> {
  const { kubectl, context } = cluster
  const deployed = await needFreeCluster(kubectl, force)
  const program = await findMetacontrollerProgram()
  await lockRun()
  const crds = await metacontrollerCrds(cluster)
  const broker = process.env.NATS_URL ? undefined : await startHostBroker()
  const natsUrl = broker?.url ?? process.env.NATS_URL ?? ''
  const service = await step('starting the service', () => startHostService(natsUrl))
  const objects = await hostObjects(cluster, service.url)
  const kubeconfig = await writeKubeconfig(cluster)

  // So far nothing has changed in the cluster. From here on Ctrl-C takes it back.
  const signal = nextSignal()
  void signal.then(() => exitAtSecond(deployed ? 'make deploy IMG=' : 'make undeploy'))
  const running: Daemon[] = [service]
  let failure: string | undefined
  try {
    await step('applying the CompositeController and the admission policies', async () => {
      await apply(kubectl, crds)
      if (crds.length > 0)
        await awaitEstablished(
          kubectl,
          crds.map(({ metadata }) => metadata.name),
        )
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
    warn('leaving the cluster as it was; Ctrl-C again leaves at once')
    const served = failure === undefined && running.length === 2
    if (deployed) await putBack(kubectl, deployed)
    else await leave({ kubectl, force: false, served, again: 'make run' })
    for (const daemon of running) await daemon.stop()
    await removeMetacontroller(kubectl, `${broughtBy}=run`)
    await broker?.stop()
  }
  return failure ? 1 : 0
}
