import { ask, find, isAbsent, type Kubectl } from '../kube/kubectl.ts'
import { UserError } from '../lib/user-error.ts'
import { coinflips } from './crd.ts'
import { explainRefusal, type Target } from './flip.ts'
import type { StoredCoinFlip } from './status.ts'

const annotation = 'games.example.com/resync'

/** An annotation whose change makes Metacontroller sync at once. */
function annotationNow(): string {
  return `${annotation}=${new Date().toISOString()}`
}

function missing({ namespace, name }: Target): UserError {
  return new UserError(
    `there is no CoinFlip ${namespace}/${name}: \`kubectl get coinflips -A\` lists them`,
  )
}

/** Makes Metacontroller sync one object now. */
export async function resync(kubectl: Kubectl, target: Target): Promise<void> {
  const { namespace, name } = target
  const where = ['--namespace', namespace]
  const { failure } = await kubectl([
    'annotate',
    '--overwrite',
    coinflips,
    name,
    ...where,
    annotationNow(),
  ])
  if (isAbsent(failure)) throw missing(target)
  if (failure !== undefined) throw new UserError(explainRefusal(target, failure))
}

/** Makes Metacontroller sync all objects of a namespace, or of all; returns their number. */
export async function resyncAll(kubectl: Kubectl, namespace: string | undefined): Promise<number> {
  const scope = namespace ? ['--namespace', namespace] : ['--all-namespaces']
  const how = ['--overwrite', '--all', ...scope, '-o', 'name', annotationNow()]
  const output = await ask(kubectl, 'annotate', coinflips, ...how)
  return output.split('\n').filter((line) => line !== '').length
}

/** Publishes every milestone of an object again; the stream refuses duplicates. */
export async function republish(kubectl: Kubectl, target: Target): Promise<number> {
  const { namespace, name } = target
  const where = ['--namespace', namespace]
  const object = await find<StoredCoinFlip>(kubectl, coinflips, name, ...where)
  if (!object) throw missing(target)
  if (!object.status)
    throw new UserError(
      `${namespace}/${name} has no status yet: nothing was published for it so far`,
    )
  // The API server may refuse a status that lacks other fields, so one has to exist.
  const patch = '[{"op":"replace","path":"/status/notifications","value":0}]'
  const how = ['--subresource=status', '--type=json', '--patch', patch]
  const { failure } = await kubectl(['patch', coinflips, name, ...where, ...how])
  if (failure !== undefined) throw new UserError(explainRefusal(target, failure))
  await resync(kubectl, target)
  return object.status.milestones
}
