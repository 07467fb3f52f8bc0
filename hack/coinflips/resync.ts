import { isAbsent, type Kubectl } from '../kube/kubectl.ts'
import { UserError } from '../lib/user-error.ts'
import { coinflips } from './crd.ts'
import { explainRefusal, type Target } from './flip.ts'
import { findCoinFlip } from './status.ts'

/**
 * Makes Metacontroller sync objects now, by an annotation that changes. They are chosen as by kubectl:
 * `NAME --namespace NAMESPACE`, or `--all`. Returns their number.
 */
export async function resync(kubectl: Kubectl, ...chosen: string[]): Promise<number> {
  const annotation = `games.example.com/resync=${new Date().toISOString()}`
  const args = ['annotate', '--overwrite', '--output=name', coinflips, ...chosen, annotation]
  const { stdout, failure } = await kubectl(args)
  if (isAbsent(failure)) throw new UserError(`there is no CoinFlip ${chosen[0]}`)
  if (failure !== undefined) throw new UserError(`kubectl annotate: ${failure}`)
  return stdout.split('\n').filter(Boolean).length
}

/** Publishes every milestone of an object again; the stream refuses duplicates. */
export async function republish(kubectl: Kubectl, target: Target): Promise<number> {
  const { namespace, name } = target
  const object = await findCoinFlip(kubectl, target)
  if (!object) throw new UserError(`there is no CoinFlip ${namespace}/${name}`)
  if (!object.status)
    throw new UserError(
      `${namespace}/${name} has no status yet: nothing was published for it so far`,
    )
  // The API server may refuse a status that lacks other fields, so one has to exist.
  const patch = '[{"op":"replace","path":"/status/notifications","value":0}]'
  const how = ['--subresource=status', '--type=json', '--patch', patch]
  const chosen = [name, '--namespace', namespace]
  const { failure } = await kubectl(['patch', coinflips, ...chosen, ...how])
  if (failure !== undefined) throw new UserError(explainRefusal(target, failure))
  await resync(kubectl, ...chosen)
  return object.status.milestones
}
