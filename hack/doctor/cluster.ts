import { oldestKubernetes } from '../kube/context.ts'
import { kindContext } from '../kube/kind.ts'
import type { Kubectl } from '../kube/kubectl.ts'
import { findProgram } from '../kube/programs.ts'
import { isBefore, type Version } from '../kube/version.ts'
import { UserError } from '../lib/user-error.ts'
import type { Known } from './check.ts'
import { type Finding, failure, ok, warning } from './finding.ts'
import type { Outside } from './outside.ts'
import { judgeSkew } from './tools.ts'

const kubectlLimitMs = 10_000

/** Whether the CRD's rules work there. */
export function judgeServer(context: string, version: Version): Finding {
  const text = `context ${context} answers, Kubernetes ${version.join('.')}`
  if (!isBefore(version, oldestKubernetes)) return ok(text)
  return failure(`${text}: ${oldestKubernetes.slice(0, 2).join('.')} or later is needed`)
}

/** A cluster that is not there; `connect` says what is wrong and which context that is. */
export function judgeAway({ message }: UserError): Finding {
  const isOurs = message.includes(` ${kindContext}:`)
  return failure(message, isOurs ? 'make kind-up' : 'kubectl config get-contexts')
}

/** Nobody waits long for a single look. */
function hasty(kubectl: Kubectl): Kubectl {
  return (args, limitMs = kubectlLimitMs) => kubectl(args, limitMs)
}

/** Looks for the cluster of the current context. */
export async function* lookAtCluster(
  outside: Outside,
  known: Partial<Known> & Pick<Known, 'kubectl'>,
): AsyncGenerator<Finding> {
  try {
    const cluster = await outside.connect()
    known.cluster = { ...cluster, kubectl: hasty(cluster.kubectl) }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return yield judgeAway(error)
  }
  const { context, version } = known.cluster
  yield judgeServer(context, version)
  yield* judgeSkew(known.kubectl, version)
  for (const program of context === kindContext ? ['kind', 'docker'] : [])
    if (!(await findProgram(program)))
      yield warning(`${program} is not on the PATH, and \`make kind-down\` needs it`)
}
