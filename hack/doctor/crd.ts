import type { KubeObject } from '../kube/objects.ts'
import { readManifests } from '../lib/manifests.ts'
import { differences, firstOf } from './differences.ts'
import { type Finding, failure, ok, warning } from './finding.ts'

const help = 'make install'

/** The CRD of manifests/crd. */
export function wantedCrd(): KubeObject {
  const [crd] = readManifests<KubeObject['spec']>('CustomResourceDefinition', 'crd/')
  return crd as KubeObject
}

/** Fields that change only the presentation. */
const cosmetic = /(^|\.)description$|additionalPrinterColumns|^names\.(categories|shortNames)/

/** Compares the schema exactly, and the rest without the fields that the API server fills in. */
function differencesOf(wanted: KubeObject['spec'], found: KubeObject['spec']): string[] {
  const [version] = wanted.versions
  const at = Math.max(
    0,
    found.versions.findIndex(({ name }: { name: string }) => name === version.name),
  )
  const other = found.versions[at]
  const withoutSchema = { ...wanted, versions: [{ ...version, schema: {} }] }
  const rest = { ...found, versions: [other] }
  return [
    ...differences(withoutSchema, rest),
    ...differences(version.schema, other?.schema, true, 'schema'),
  ]
}

/** Whether the CRD exists, is established and is as in its manifest. */
export function judgeCrd(wanted: KubeObject, found: KubeObject | undefined): Finding {
  if (!found) return failure('the CRD is not installed', help)
  const conditions: { type: string; status: string; message?: string }[] =
    found.status?.conditions ?? []
  const established = conditions.find(({ type }) => type === 'Established')
  if (established?.status !== 'True')
    return failure(
      `not established: ${established?.message ?? 'no condition'}`,
      `kubectl describe crd ${wanted.metadata.name}`,
    )
  const paths = differencesOf(wanted.spec, found.spec)
  const essential = paths.filter((path) => !cosmetic.test(path))
  const text = (list: readonly string[]) => `differs from manifests/crd: ${firstOf(list)}`
  if (essential.length > 0) return failure(text(essential), help)
  return paths.length > 0 ? warning(text(paths), help) : ok('as in manifests/crd')
}
