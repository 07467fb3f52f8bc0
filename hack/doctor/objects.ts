import { appendOnlyRules } from '../../server/domain/crd.ts'
import { find, type Kubectl } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { firstWithListSlice, supportsMutatingAdmissionPolicy } from '../kube/releases.ts'
import { type Manifest, readManifests } from '../lib/manifests.ts'
import { isBefore, type Version } from '../lib/version.ts'
import { type Finding, failure, ok, warning } from './finding.ts'

/** Differences with which everything still works. */
const harmless =
  /description$|additionalPrinterColumns|categories|shortNames|ignoreStatusChanges|resyncPeriod|timeout$/

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/**
 * The paths at which `found` differs from `wanted`. Fields that the API server fills in do not count,
 * except in a schema, where it fills in none. Not by `kubectl diff`, which needs the permission to
 * patch what a reader of the cluster only wants to compare.
 */
export function differences(
  wanted: unknown,
  found: unknown,
  path: readonly string[] = [],
): readonly string[] {
  if (!isObject(wanted) || !isObject(found) || Array.isArray(wanted) !== Array.isArray(found))
    return wanted === found ? [] : [path.join('.')]
  const isExact = Array.isArray(wanted) || path.includes('openAPIV3Schema')
  const keys = Object.keys(isExact ? { ...found, ...wanted } : wanted)
  return keys.flatMap((key) => differences(wanted[key], found[key], [...path, key]))
}

/** Whether an object has the spec of its manifest. */
function judgeObject(
  { file, kind, metadata, spec }: Manifest,
  found: KubeObject,
  help: string,
): Finding {
  const paths = differences(spec, found.spec)
  const [first] = paths.filter((path) => !harmless.test(path)).concat(paths)
  if (!first) return ok(`${kind} ${metadata.name} is as in manifests/${file}`)
  const more = paths.length > 1 ? ` and ${paths.length - 1} more` : ''
  const text = `${kind} ${metadata.name} differs from manifests/${file}: ${first}${more}`
  return harmless.test(first) ? warning(text, help) : failure(text, help)
}

/** Checks that an object exists and has the spec of its manifest. */
export async function checkObject(
  kubectl: Kubectl,
  wanted: Manifest,
  help = `kubectl apply -f manifests/${wanted.file}`,
): Promise<Finding> {
  const { kind, metadata } = wanted
  const found = await find<KubeObject>(kubectl, kind, metadata.name)
  if (!found) return failure(`${kind} ${metadata.name} is missing`, help)
  const refusal = found.status?.conditions?.find(
    ({ type, status }: { type: string; status: string }) =>
      type === 'Established' && status !== 'True',
  )
  if (refusal)
    return failure(
      `${kind} ${metadata.name} is not established: ${refusal.message}`,
      `kubectl describe crd ${metadata.name}`,
    )
  return judgeObject(wanted, found, help)
}

/** The CRD for a release of Kubernetes. */
export function wantedCrd(version: Version): Manifest {
  const [crd] = readManifests<KubeObject['spec']>('CustomResourceDefinition', 'crd/')
  if (!crd) throw new Error('manifests/crd has no CustomResourceDefinition')
  const { schema } = crd.spec.versions[0]
  const [rule] = schema.openAPIV3Schema.properties.spec.properties.flips['x-kubernetes-validations']
  if (isBefore(version, firstWithListSlice)) rule.rule = appendOnlyRules.all
  return crd
}

/** The objects of the admission policies for a release of Kubernetes. */
export function wantedPolicies(version: Version): Manifest[] {
  const kinds = ['Validating', ...(supportsMutatingAdmissionPolicy(version) ? ['Mutating'] : [])]
  return kinds.flatMap((kind) =>
    ['', 'Binding'].flatMap((suffix) =>
      readManifests(`${kind}AdmissionPolicy${suffix}`, 'admission/'),
    ),
  )
}

/** Checks each file of admission policies, with a policy and its binding. */
export async function* checkPolicies(kubectl: Kubectl, version: Version): AsyncGenerator<Finding> {
  for (const [file, objects] of Map.groupBy(wantedPolicies(version), (each) => each.file)) {
    const findings: Finding[] = []
    for (const object of objects) findings.push(await checkObject(kubectl, object))
    yield findings.find(({ level }) => level !== 'ok') ?? ok(`as in manifests/${file}`)
  }
}

/** The URL of a hook; undefined without one. */
export function hookUrl(composite: KubeObject, hook: 'sync' | 'finalize'): URL | undefined {
  return URL.parse(composite.spec.hooks?.[hook]?.webhook?.url) ?? undefined
}

/** Whether the CompositeController calls both hooks of one service, with our settings. */
export function judgeComposite(found: KubeObject | undefined, help: string): Finding {
  if (!found) return failure('there is none, so Metacontroller does not call the service', help)
  const [wanted] = readManifests('CompositeController', 'controller/')
  if (!wanted) throw new Error('manifests/controller has no CompositeController')
  // The URLs depend on where the service runs, and the period on the number of objects.
  for (const [hook, { webhook }] of Object.entries<KubeObject['spec']>(wanted.spec.hooks))
    webhook.url = found.spec.hooks?.[hook]?.webhook?.url
  if (found.spec.resyncPeriodSeconds > 0)
    wanted.spec.resyncPeriodSeconds = found.spec.resyncPeriodSeconds
  const finding = judgeObject(wanted, found, help)
  if (finding.level === 'failure') return finding
  const [sync, finalize] = [hookUrl(found, 'sync'), hookUrl(found, 'finalize')]
  if (!sync || !finalize) return failure('its hooks have no URL', help)
  if (!sync.href.endsWith('/sync') || new URL('finalize', sync).href !== finalize.href)
    return failure(`it calls ${sync} and ${finalize}, not /sync and /finalize of a service`, help)
  return finding.level === 'ok' ? ok(`calls ${sync.origin}`) : finding
}
