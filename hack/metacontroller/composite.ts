import { hostname } from 'node:os'
import { compositeName } from '../../server/cluster/composite.ts'
import { find, type Kubectl } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { isAlive } from '../lib/is-alive.ts'

export const composites = 'compositecontrollers.metacontroller.k8s.io'

/** Labels of the CompositeController that `deploy` applies. */
export const deployedLabels = { 'app.kubernetes.io/part-of': 'coinflip-operator' }
const hostLabel = 'games.example.com/runs-on'
/** Labels of the CompositeController that `run` applies. */
export const hostLabels = { ...deployedLabels, [hostLabel]: 'host' }
/** Selector for the Metacontroller of `run`, and the opposite for any other. */
export const hostSelector = `${hostLabel}=host`
export const otherSelector = `${hostLabel}!=host`

/** The machine and process that run the service. */
const runByAnnotation = 'games.example.com/run-by'

export function findComposite(kubectl: Kubectl): Promise<KubeObject | undefined> {
  return find<KubeObject>(kubectl, composites, compositeName)
}

/** Whether it calls a service that `run` started. */
export function runsOnHost({ metadata }: KubeObject): boolean {
  return metadata.labels?.[hostLabel] === 'host'
}

/** Records that this process runs the service. */
export function annotateRunner({ metadata }: KubeObject): void {
  const by = `${hostname()}/${process.pid}`
  metadata.annotations = { ...metadata.annotations, [runByAnnotation]: by }
}

/** The runner of its service; undefined if that process of this machine has ended. */
export function runnerOf({ metadata }: KubeObject): string | undefined {
  const [machine = 'an unknown machine', pid = ''] =
    metadata.annotations?.[runByAnnotation]?.split('/') ?? []
  if (machine !== hostname()) return machine
  return isAlive(Number(pid)) ? `process ${pid}` : undefined
}

/** The machine that runs its service, if another one does. */
export function otherMachine({ metadata }: KubeObject): string | undefined {
  const [machine] = metadata.annotations?.[runByAnnotation]?.split('/') ?? []
  return machine === hostname() ? undefined : machine
}
