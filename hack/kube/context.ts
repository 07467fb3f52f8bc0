import { requireProgram } from '../lib/require-program.ts'
import { warn } from '../lib/script.ts'
import { UserError } from '../lib/user-error.ts'
import { isBefore, parseVersion, type Version } from '../lib/version.ts'
import { type Kubectl, kubectlWith } from './kubectl.ts'

/** The cluster that a script works on from its first line to its last. */
export interface Cluster {
  context: string
  /** Default namespace: that of the context, else `default`. */
  namespace: string
  version: Version
  /** Bound to the context, so that a later change of the current context has no effect. */
  kubectl: Kubectl
}

/** Older versions refuse the CRD: its append-only rule slices a list. */
export const oldestKubernetes: Version = [1, 35, 0]
/** MutatingAdmissionPolicy is v1 since this version. */
const firstWithMutatingAdmissionPolicy: Version = [1, 36, 0]

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

  const answer = await kubectl(['get', '--raw', '/version', '--request-timeout=10s'], {
    limitMs: 20_000,
  })
  if (answer.failure !== undefined)
    throw new UserError(`context ${context}: ${server} does not answer: ${answer.failure}`)
  const { gitVersion = '' } = JSON.parse(answer.stdout)
  const version = parseVersion(gitVersion)
  if (!version) throw new UserError(`context ${context}: ${server} is no Kubernetes`)
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

/** The consequence where no admission policy can add the finalizer. */
export const missingFinalizerWarning =
  'before Kubernetes 1.36 a deletion loses what is pending when it comes before the first sync ' +
  'of the CoinFlip, or between a `kubectl replace` and the next sync'

/** Whether an admission policy can keep the finalizer on every CoinFlip. */
export function supportsMutatingAdmissionPolicy({ version }: Pick<Cluster, 'version'>): boolean {
  return !isBefore(version, firstWithMutatingAdmissionPolicy)
}
