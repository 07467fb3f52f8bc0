import { hostname } from 'node:os'
import { ask, find, type Kubectl } from '../kube/kubectl.ts'
import { type KubeObject, send } from '../kube/objects.ts'
import { UserError } from '../lib/user-error.ts'
import { isAlive } from '../run/alive.ts'

export const composites = 'compositecontrollers.metacontroller.k8s.io'
/** The one CompositeController of ours, wherever its service runs. */
export const compositeName = 'coinflip'

/** Labels of the one that `deploy` applies. */
export const deployedLabels = { 'app.kubernetes.io/part-of': 'coinflip-operator' }
const hostLabel = 'games.example.com/runs-on'
/** Labels of the one that `run` applies. */
export const hostLabels = { ...deployedLabels, [hostLabel]: 'host' }
/** What the Metacontroller of `run` takes, and what any other has to be kept off. */
export const hostSelector = `${hostLabel}=host`
export const otherSelector = `${hostLabel}!=host`

/** Which process of which machine runs the service. */
const runByAnnotation = 'games.example.com/run-by'

export function findComposite(kubectl: Kubectl): Promise<KubeObject | undefined> {
  return find<KubeObject>(kubectl, composites, compositeName)
}

/** Whether it leads to a service that `run` started. */
export function runsOnHost({ metadata }: KubeObject): boolean {
  return metadata.labels?.[hostLabel] === 'host'
}

/** Writes into it that this process runs the service. */
export function markRunBy({ metadata }: KubeObject): void {
  const by = `${hostname()}/${process.pid}`
  metadata.annotations = { ...metadata.annotations, [runByAnnotation]: by }
}

/** Who runs the service behind it: undefined when that process of this machine is gone. */
export function runnerOf({ metadata }: KubeObject): string | undefined {
  const [machine = 'an unknown machine', pid = ''] =
    metadata.annotations?.[runByAnnotation]?.split('/') ?? []
  if (machine !== hostname()) return machine
  return isAlive(Number(pid)) ? `process ${pid}` : undefined
}

/** The certificates that it trusts. */
export function bundleOf(composite: KubeObject | undefined): string | undefined {
  return composite?.spec?.endpointConfigs?.[0]?.caBundle?.inline
}

/** Makes it trust these certificates. */
export function setBundle(composite: KubeObject, bundle: string): void {
  composite.spec.endpointConfigs[0].caBundle.inline = bundle
}

/** Has the one in the cluster, which trusts some certificates, trust these. */
export async function trust(kubectl: Kubectl, bundle: string): Promise<void> {
  const patch = [{ op: 'replace', path: '/spec/endpointConfigs/0/caBundle/inline', value: bundle }]
  const how = ['--type=json', '--patch', JSON.stringify(patch)]
  await ask(kubectl, 'patch', composites, compositeName, ...how)
}

/** Puts a CompositeController back as it was. */
export async function putBack(kubectl: Kubectl, composite: KubeObject): Promise<void> {
  const { name, labels, annotations } = composite.metadata
  const metadata = { name, ...(labels && { labels }), ...(annotations && { annotations }) }
  const { apiVersion, kind, spec } = composite
  const { failure } = await send(kubectl, ['replace'], [{ apiVersion, kind, metadata, spec }])
  if (failure !== undefined)
    throw new UserError(`kubectl replace: ${failure}: \`make deploy\` puts it back`)
}
