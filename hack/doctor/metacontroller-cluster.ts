import { ask, type Kubectl } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { findMetacontrollers, type Metacontroller } from '../metacontroller/metacontroller.ts'
import type { Finding } from './finding.ts'
import { choose, judgeFlags, judgePods, judgeVersion } from './metacontroller.ts'
import { podsOf } from './workload.ts'

/** Checks the workload of a Metacontroller. */
async function checkWorkload(kubectl: Kubectl, metacontroller: Metacontroller): Promise<Finding[]> {
  const { name, image } = metacontroller
  const [kind = '', place = ''] = name.split(' ')
  const [namespace = '', own = ''] = place.split('/')
  const where = ['--namespace', namespace]
  const workload: KubeObject = JSON.parse(
    await ask(kubectl, 'get', kind, own, ...where, '--output', 'json'),
  )
  const kube = `kubectl --namespace ${namespace}`
  return [
    judgeVersion(name, image),
    judgePods(await podsOf(kubectl, workload), metacontroller, `${kube} describe ${kind} ${own}`),
    judgeFlags(metacontroller, `${kube} edit ${kind} ${own}`),
  ]
}

/** Checks the Metacontroller in the cluster that serves a CompositeController with these labels. */
export async function checkInCluster(
  kubectl: Kubectl,
  labels: Readonly<Record<string, string>>,
): Promise<Finding[]> {
  const chosen = choose(await findMetacontrollers(kubectl), labels)
  return 'level' in chosen ? [chosen] : checkWorkload(kubectl, chosen)
}
