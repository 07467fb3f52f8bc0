import { missingFinalizerWarning } from '../kube/context.ts'
import { find, type Kubectl } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { readManifests } from '../lib/manifests.ts'
import { differences, firstOf } from './differences.ts'
import { type Finding, failure, ok, warning } from './finding.ts'

const freeze = 'freeze-in-deletion'

/** One of our policies as in its manifest, with its binding. */
export interface Policy {
  wanted: KubeObject
  binding: KubeObject
}

/** The policies that this cluster supports; MutatingAdmissionPolicy needs Kubernetes 1.36. */
export function wantedPolicies(supportsMutatingAdmissionPolicy: boolean): Policy[] {
  const kinds = [
    'ValidatingAdmissionPolicy',
    ...(supportsMutatingAdmissionPolicy ? ['MutatingAdmissionPolicy'] : []),
  ]
  return kinds.flatMap((kind) => {
    const bindings = readManifests<KubeObject['spec']>(`${kind}Binding`, 'admission/')
    return readManifests<KubeObject['spec']>(kind, 'admission/').map((wanted) => ({
      wanted: wanted as KubeObject,
      binding: bindings.find(({ spec }) => spec.policyName === wanted.metadata.name) as KubeObject,
    }))
  })
}

/** The command that applies the policies that the cluster supports. */
export function helpFor(supportsMutatingAdmissionPolicy: boolean): string {
  return supportsMutatingAdmissionPolicy
    ? 'kubectl apply -k manifests/admission'
    : `kubectl apply -f manifests/admission/${freeze}.yaml`
}

/** Whether a policy exists, is bound and is as in its manifest. */
export function judgePolicy(
  { wanted, binding }: Policy,
  found: KubeObject | undefined,
  bound: KubeObject | undefined,
  help: string,
): Finding {
  const { name } = wanted.metadata
  if (!found) return failure(`${name} is not there`, help)
  if (!bound) return failure(`${name} is not bound, so it has no effect`, help)
  const paths = differences(wanted.spec, found.spec)
  const bindingPaths = differences(binding.spec, bound.spec).map((path) => `binding ${path}`)
  const all = [...paths, ...bindingPaths]
  if (all.length > 0)
    return failure(`${name} differs from manifests/admission: ${firstOf(all)}`, help)
  return ok(`${name} is there and bound`)
}

/** Checks the policies that keep notifications from being lost when objects are deleted. */
export async function checkPolicies(
  kubectl: Kubectl,
  supportsMutatingAdmissionPolicy: boolean,
): Promise<Finding[]> {
  const help = helpFor(supportsMutatingAdmissionPolicy)
  const get = ({ kind, metadata }: KubeObject) => find<KubeObject>(kubectl, kind, metadata.name)
  const findings: Finding[] = []
  for (const policy of wantedPolicies(supportsMutatingAdmissionPolicy))
    findings.push(judgePolicy(policy, await get(policy.wanted), await get(policy.binding), help))
  if (!supportsMutatingAdmissionPolicy) findings.push(warning(missingFinalizerWarning))
  return findings
}
