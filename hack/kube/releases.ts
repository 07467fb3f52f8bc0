import { isBefore, type Version } from '../lib/version.ts'

/** The oldest release of Kubernetes that accepts the manifests. */
export const oldestKubernetes: Version = [1, 33, 0]
/** MutatingAdmissionPolicy is v1 since this release. */
const firstWithMutatingAdmissionPolicy: Version = [1, 36, 0]
/** The rules of a CRD can slice a list since this release. */
export const firstWithListSlice: Version = [1, 35, 0]

/** What earlier releases lack, the component of manifests/ for them, and what that costs. */
const gaps = [
  {
    until: firstWithMutatingAdmissionPolicy,
    component: 'kubernetes-1.35',
    cost:
      'before Kubernetes 1.36 a deletion loses what is pending when it comes before the first ' +
      'sync of the CoinFlip, or between a `kubectl replace` and the next sync',
  },
  {
    until: firstWithListSlice,
    component: 'kubernetes-1.34',
    cost:
      'before Kubernetes 1.35 an append to a history of 9,900 flips takes the API server four ' +
      'times as long',
  },
] as const

/** The components that a release needs, as names of folders: one at most, which has the others. */
export function componentsFor(version: Version): string[] {
  const gap = gaps.findLast(({ until }) => isBefore(version, until))
  return gap ? [gap.component] : []
}

/** What a release costs, a line each. */
export function costsOf(version: Version): string[] {
  return gaps.filter(({ until }) => isBefore(version, until)).map(({ cost }) => cost)
}

/** Whether admission policies can keep the finalizer on every CoinFlip. */
export function supportsMutatingAdmissionPolicy(version: Version): boolean {
  return !isBefore(version, firstWithMutatingAdmissionPolicy)
}
