import { isAbsent } from '../../../hack/kube/kubectl.ts'
import { type Env, run } from '../../../hack/lib/process.ts'

/** All that `make deploy` creates in an empty cluster; not every release has every kind. */
const deployed = [
  ['namespace', 'coinflip-system'],
  ['namespace', 'metacontroller'],
  ['crd', 'coinflips.games.example.com'],
  ['crd', 'compositecontrollers.metacontroller.k8s.io'],
  ['crd', 'controllerrevisions.metacontroller.k8s.io'],
  ['crd', 'decoratorcontrollers.metacontroller.k8s.io'],
  ['mutatingadmissionpolicy', 'coinflip-add-finalizer'],
  ['mutatingadmissionpolicybinding', 'coinflip-add-finalizer'],
  ['mutatingadmissionpolicy', 'coinflip-keep-finalizer'],
  ['mutatingadmissionpolicybinding', 'coinflip-keep-finalizer'],
  ['validatingadmissionpolicy', 'coinflip-freeze-in-deletion'],
  ['validatingadmissionpolicybinding', 'coinflip-freeze-in-deletion'],
  ['validatingadmissionpolicy', 'coinflip-certificate'],
  ['validatingadmissionpolicybinding', 'coinflip-certificate'],
  ['clusterrole', 'coinflip-view'],
  ['clusterrole', 'coinflip-edit'],
  ['clusterrole', 'coinflip-admin'],
  ['clusterrole', 'coinflip-certificate'],
  ['clusterrolebinding', 'coinflip-certificate'],
  ['clusterrole', 'metacontroller'],
  ['clusterrolebinding', 'metacontroller'],
] as const

/** The objects of these that are still there, a line each. */
export async function findLeftovers(env: Env): Promise<string> {
  const found: string[] = []
  for (const [kind, name] of deployed) {
    const args = ['get', kind, name, '--ignore-not-found', '--output', 'name']
    const { stdout, stderr, failure } = await run('kubectl', args, { env, limitMs: 60_000 })
    if (failure !== undefined && !isAbsent(stderr)) found.push(`kubectl get ${kind}: ${failure}`)
    if (stdout.trim() !== '') found.push(`left: ${stdout.trim()}`)
  }
  return found.join('\n')
}
