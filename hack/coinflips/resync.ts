import { ask, find, isAbsent, type Kubectl } from '../kube/kubectl.ts'
import { UserError } from '../lib/user-error.ts'
import { coinflips } from './crd.ts'
import { refusalOf, type Target } from './flip.ts'
import type { StoredCoinFlip } from './status.ts'

const annotation = 'games.example.com/resync'

/** Touches an annotation: a change that Metacontroller syncs at once, and nothing else reads. */
function touch(): string {
  return `${annotation}=${new Date().toISOString()}`
}

function missing({ namespace, name }: Target): UserError {
  return new UserError(
    `there is no CoinFlip ${namespace}/${name}: \`kubectl get coinflips -A\` lists them`,
  )
}

/** Has one object synced now. */
export async function resync(kubectl: Kubectl, target: Target): Promise<void> {
  const { namespace, name } = target
  const where = ['--namespace', namespace]
  const { failure } = await kubectl(['annotate', '--overwrite', coinflips, name, ...where, touch()])
  if (isAbsent(failure)) throw missing(target)
  if (failure !== undefined) throw new UserError(refusalOf(target, failure))
}

/** Has all objects synced now, those of one namespace or of all; answers how many. */
export async function resyncAll(kubectl: Kubectl, namespace: string | undefined): Promise<number> {
  const scope = namespace ? ['--namespace', namespace] : ['--all-namespaces']
  const how = ['--overwrite', '--all', ...scope, '-o', 'name', touch()]
  const output = await ask(kubectl, 'annotate', coinflips, ...how)
  return output.split('\n').filter((line) => line !== '').length
}

/** Has every milestone of an object published again; the stream refuses those that it holds. */
export async function republish(kubectl: Kubectl, target: Target): Promise<number> {
  const { namespace, name } = target
  const where = ['--namespace', namespace]
  const object = await find<StoredCoinFlip>(kubectl, coinflips, name, ...where)
  if (!object) throw missing(target)
  if (!object.status)
    throw new UserError(
      `${namespace}/${name} has no status yet: nothing was published for it so far`,
    )
  // The API server may not take a status that lacks other fields: so only where there is one.
  const patch = '[{"op":"replace","path":"/status/notifications","value":0}]'
  const how = ['--subresource=status', '--type=json', '--patch', patch]
  const { failure } = await kubectl(['patch', coinflips, name, ...where, ...how])
  if (failure !== undefined) throw new UserError(refusalOf(target, failure))
  await resync(kubectl, target)
  return object.status.milestones
}
