import { ask, type Kubectl } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { findMetacontrollers, type Metacontroller } from '../metacontroller/metacontroller.ts'
import type { Finding } from './finding.ts'
import { choose, flagsOf, judgeFlags, judgePods, judgeVersion } from './metacontroller.ts'
import { podsOf } from './workload.ts'

/** Looks at the workload behind one that was found. */
async function lookAt(kubectl: Kubectl, { name, image }: Metacontroller): Promise<Finding[]> {
  const [kind = '', place = ''] = name.split(' ')
  const [namespace = '', own = ''] = place.split('/')
  const where = ['--namespace', namespace]
  const workload: KubeObject = JSON.parse(
    await ask(kubectl, 'get', kind, own, ...where, '--output', 'json'),
  )
  const containers: { image: string; command?: string[]; args?: string[] }[] =
    workload.spec.template.spec.containers
  const found = containers.find((each) => each.image === image)
  const flags = flagsOf([...(found?.command ?? []), ...(found?.args ?? [])])
  const kube = `kubectl --namespace ${namespace}`
  return [
    judgeVersion(name, image),
    judgePods(await podsOf(kubectl, workload), flags, `${kube} describe ${kind} ${own}`),
    judgeFlags(flags, `${kube} edit ${kind} ${own}`),
  ]
}

/** Looks at the one in the cluster that serves a CompositeController with these labels. */
export async function lookInCluster(
  kubectl: Kubectl,
  labels: Readonly<Record<string, string>>,
): Promise<Finding[]> {
  const chosen = choose(await findMetacontrollers(kubectl), labels)
  return 'level' in chosen ? [chosen] : lookAt(kubectl, chosen)
}
