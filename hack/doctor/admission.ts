import { unstampedWarning } from '../kube/context.ts'
import { find, type Kubectl } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { readManifests } from '../lib/manifests.ts'
import { differences, firstOf } from './differences.ts'
import { type Finding, failure, ok, warning } from './finding.ts'

const freeze = 'freeze-in-deletion'

/** A policy of ours as it should be, with what binds it. */
export interface Policy {
  wanted: KubeObject
  binding: KubeObject
}

/** Those that this cluster can have: before Kubernetes 1.36 none changes objects. */
export function wantedPolicies(canStamp: boolean): Policy[] {
  const kinds = ['ValidatingAdmissionPolicy', ...(canStamp ? ['MutatingAdmissionPolicy'] : [])]
  return kinds.flatMap((kind) => {
    const bindings = readManifests<KubeObject['spec']>(`${kind}Binding`, 'admission/')
    return readManifests<KubeObject['spec']>(kind, 'admission/').map((wanted) => ({
      wanted: wanted as KubeObject,
      binding: bindings.find(({ spec }) => spec.policyName === wanted.metadata.name) as KubeObject,
    }))
  })
}

/** The command that applies what the cluster can take. */
export function helpFor(canStamp: boolean): string {
  return canStamp
    ? 'kubectl apply -k manifests/admission'
    : `kubectl apply -f manifests/admission/${freeze}.yaml`
}

/** Whether a policy is there, as it should be, and bound. */
export function judgePolicy(
  { wanted, binding }: Policy,
  found: KubeObject | undefined,
  bound: KubeObject | undefined,
  help: string,
): Finding {
  const { name } = wanted.metadata
  if (!found) return failure(`${name} is not there`, help)
  if (!bound) return failure(`${name} is not bound, and so without effect`, help)
  const paths = differences(wanted.spec, found.spec)
  const loose = differences(binding.spec, bound.spec).map((path) => `binding ${path}`)
  const all = [...paths, ...loose]
  if (all.length > 0)
    return failure(`${name} is another than in manifests/admission: ${firstOf(all)}`, help)
  return ok(`${name} is there and bound`)
}

/** Looks at the policies that keep messages from being lost when objects are deleted. */
export async function lookAtPolicies(kubectl: Kubectl, canStamp: boolean): Promise<Finding[]> {
  const help = helpFor(canStamp)
  const get = ({ kind, metadata }: KubeObject) => find<KubeObject>(kubectl, kind, metadata.name)
  const findings: Finding[] = []
  for (const policy of wantedPolicies(canStamp))
    findings.push(judgePolicy(policy, await get(policy.wanted), await get(policy.binding), help))
  if (!canStamp) findings.push(warning(unstampedWarning))
  return findings
}
