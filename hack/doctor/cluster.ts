import { oldestKubernetes } from '../kube/context.ts'
import { kindContext } from '../kube/kind.ts'
import type { Kubectl } from '../kube/kubectl.ts'
import { findProgram } from '../lib/find-program.ts'
import { UserError } from '../lib/user-error.ts'
import { isBefore, type Version } from '../lib/version.ts'
import type { Known } from './check.ts'
import type { Environment } from './environment.ts'
import { type Finding, failure, ok, warning } from './finding.ts'
import { judgeSkew } from './tools.ts'

const kubectlLimitMs = 10_000

/** Whether the API server supports the rules of the CRD. */
export function judgeServer(context: string, version: Version): Finding {
  const text = `context ${context} answers, Kubernetes ${version.join('.')}`
  if (!isBefore(version, oldestKubernetes)) return ok(text)
  return failure(`${text}: ${oldestKubernetes.slice(0, 2).join('.')} or later is needed`)
}

/** A cluster that does not answer; the error of `connect` has the cause and the context. */
export function judgeUnreachable({ message }: UserError): Finding {
  const isOurs = message.includes(` ${kindContext}:`)
  return failure(message, isOurs ? 'make kind-up' : 'kubectl config get-contexts')
}

/** A kubectl with a short time limit. */
function withShortLimit(kubectl: Kubectl): Kubectl {
  return (args, limitMs = kubectlLimitMs) => kubectl(args, limitMs)
}

/** Checks the cluster of the current context. */
export async function* checkCluster(
  environment: Environment,
  known: Partial<Known> & Pick<Known, 'kubectl'>,
): AsyncGenerator<Finding> {
  try {
    const cluster = await environment.connect()
    known.cluster = { ...cluster, kubectl: withShortLimit(cluster.kubectl) }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return yield judgeUnreachable(error)
  }
  const { context, version } = known.cluster
  yield judgeServer(context, version)
  yield* judgeSkew(known.kubectl, version)
  for (const program of context === kindContext ? ['kind', 'docker'] : [])
    if (!(await findProgram(program)))
      yield warning(`${program} is not on the PATH, which \`make kind-down\` needs`)
}
