import { type Env, run } from '../../../hack/lib/process.ts'

/** All that `deploy` brings into a cluster where nothing was. */
const traces = [
  ['namespace', 'coinflip-system'],
  ['namespace', 'metacontroller'],
  ['crd', 'coinflips.games.example.com'],
  ['crd', 'compositecontrollers.metacontroller.k8s.io'],
  ['crd', 'controllerrevisions.metacontroller.k8s.io'],
  ['crd', 'decoratorcontrollers.metacontroller.k8s.io'],
  ['mutatingadmissionpolicy', 'coinflip-stamp-finalizer'],
  ['mutatingadmissionpolicybinding', 'coinflip-stamp-finalizer'],
  ['validatingadmissionpolicy', 'coinflip-freeze-in-deletion'],
  ['validatingadmissionpolicybinding', 'coinflip-freeze-in-deletion'],
  ['clusterrole', 'coinflip-view'],
  ['clusterrole', 'coinflip-edit'],
  ['clusterrole', 'coinflip-admin'],
  ['clusterrole', 'metacontroller'],
  ['clusterrolebinding', 'metacontroller'],
] as const

/** What of it is left in the cluster, a line each. */
export async function leftIn(env: Env): Promise<string> {
  const how = { env: { ...process.env, ...env }, limitMs: 60_000 }
  const found: string[] = []
  for (const [kind, name] of traces) {
    const args = ['get', kind, name, '--ignore-not-found', '--output', 'name']
    const { stdout, failure } = await run('kubectl', args, how)
    if (failure !== undefined) found.push(`kubectl get ${kind}: ${failure}`)
    if (stdout.trim() !== '') found.push(`left: ${stdout.trim()}`)
  }
  return found.join('\n')
}
