import type { Kubectl } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { deployedLabels, runnerOf, runsOnHost } from '../metacontroller/composite.ts'
import { findMetacontrollers } from '../metacontroller/metacontroller.ts'
import { planMetacontroller } from '../metacontroller/plan.ts'
import { type Finding, failure, ok, skipped, warning } from './finding.ts'
import { checkPods } from './pods.ts'

/** Whether the `run` that serves the cluster still runs; its Metacontroller ends with it. */
function judgeRun(composite: KubeObject): Finding {
  const runner = runnerOf(composite)
  if (!runner) return failure('the `make run` that served this cluster has ended', 'make run')
  if (runner.startsWith('process')) return ok(`of \`make run\`, ${runner}`)
  return skipped(`it runs on ${runner}`)
}

/** Checks the Metacontroller that serves a CompositeController. */
export async function* checkMetacontroller(
  kubectl: Kubectl,
  composite: KubeObject | undefined,
): AsyncGenerator<Finding> {
  if (composite && runsOnHost(composite)) return yield judgeRun(composite)
  const labels = composite?.metadata.labels ?? deployedLabels
  const plan = planMetacontroller(await findMetacontrollers(kubectl), labels)
  if (plan.kind === 'refuse') return yield failure(plan.why)
  if (plan.kind === 'install') return yield failure(plan.why, 'make deploy IMG=')
  const { name, replicas, electsLeader, workload } = plan.metacontroller
  for (const hint of plan.hints) yield warning(hint)
  if (replicas > 1 && !electsLeader)
    yield failure(`${name} has ${replicas} active pods: --leader-election lets one of them work`)
  yield await checkPods(kubectl, workload)
}
