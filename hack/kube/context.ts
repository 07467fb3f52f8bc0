import { requireProgram } from '../lib/require-program.ts'
import { warn } from '../lib/script.ts'
import { UserError } from '../lib/user-error.ts'
import { isBefore, parseVersion, type Version } from '../lib/version.ts'
import { type Kubectl, kubectlWith } from './kubectl.ts'
import { oldestKubernetes } from './releases.ts'

/** The cluster that a script works on from its first line to its last. */
export interface Cluster {
  context: string
  /** Default namespace: that of the context, else `default`. */
  namespace: string
  version: Version
  /** Bound to the context, so that a later change of the current context has no effect. */
  kubectl: Kubectl
}

const listing = '`kubectl config get-contexts` lists them, `kubectl config use-context` selects one'

async function currentContext(): Promise<string> {
  const { stdout, failure } = await kubectlWith()(['config', 'current-context'])
  if (failure?.includes('current-context is not set'))
    throw new UserError(`the kubeconfig has no current context: ${listing}`)
  if (failure !== undefined) throw new UserError(`the kubeconfig cannot be used: ${failure}`)
  return stdout.trim()
}

interface Kubeconfig {
  contexts?: { context: { namespace?: string } }[]
  clusters?: { cluster: { server: string } }[]
}

/** Asks an API server for its release; `server` names it in the errors. */
export async function readVersion(
  kubectl: Kubectl,
  server = 'the API server',
): Promise<{ gitVersion: string; version: Version }> {
  const args = ['get', '--raw', '/version', '--request-timeout=10s']
  const { stdout, failure } = await kubectl(args, { limitMs: 20_000 })
  if (failure !== undefined) throw new UserError(`${server} does not answer: ${failure}`)
  const { gitVersion = '' } = JSON.parse(stdout)
  const version = parseVersion(gitVersion)
  if (!version) throw new UserError(`${server} is no Kubernetes`)
  return { gitVersion, version }
}

/** Connects to the cluster of the current context, and prints its name. */
export async function connect(chosen?: string): Promise<Cluster> {
  await requireProgram('kubectl', 'see https://kubernetes.io/docs/tasks/tools/')
  const context = chosen ?? (await currentContext())
  const kubectl = kubectlWith('--context', context)
  const { stdout, failure } = await kubectl(['config', 'view', '--minify', '-o', 'json'])
  const { contexts, clusters }: Kubeconfig = failure === undefined ? JSON.parse(stdout) : {}
  const server = clusters?.[0]?.cluster.server
  if (!server)
    throw new UserError(`context ${context}: the kubeconfig does not know it: ${listing}`)

  const { gitVersion, version } = await readVersion(kubectl, `context ${context}: ${server}`)
  warn(`context ${context} (${server}, Kubernetes ${gitVersion})`)
  return { context, namespace: contexts?.[0]?.context.namespace ?? 'default', version, kubectl }
}

/** Throws a UserError where the API server would refuse the CRD. */
export function requireKubernetesVersion({
  context,
  version,
}: Pick<Cluster, 'context' | 'version'>): void {
  if (isBefore(version, oldestKubernetes))
    throw new UserError(
      `context ${context}: Kubernetes ${version.join('.')} is too old for the rule that flips are ` +
        `only appended: ${oldestKubernetes.slice(0, 2).join('.')} or later is needed`,
    )
}
