import type { KubeObject } from '../kube/objects.ts'
import { readManifests } from '../lib/manifests.ts'
import { differences, firstOf } from './differences.ts'
import { type Finding, failure, ok, warning } from './finding.ts'

const help = 'make install'

/** The CRD as it stands in manifests/crd. */
export function wantedCrd(): KubeObject {
  const [crd] = readManifests<KubeObject['spec']>('CustomResourceDefinition', 'crd/')
  return crd as KubeObject
}

/** What only changes what people see. */
const cosmetic = /(^|\.)description$|additionalPrinterColumns|^names\.(categories|shortNames)/

/** Everything but the schema may be filled in by the API server. */
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

/** Whether the kind is there, in use, and as this version of the operator has it. */
export function judgeCrd(wanted: KubeObject, found: KubeObject | undefined): Finding {
  if (!found) return failure('the cluster knows no CoinFlips', help)
  const conditions: { type: string; status: string; message?: string }[] =
    found.status?.conditions ?? []
  const established = conditions.find(({ type }) => type === 'Established')
  if (established?.status !== 'True')
    return failure(
      `not in use: ${established?.message ?? 'not established'}`,
      `kubectl describe crd ${wanted.metadata.name}`,
    )
  const paths = differencesOf(wanted.spec, found.spec)
  const grave = paths.filter((path) => !cosmetic.test(path))
  const text = (list: readonly string[]) => `another than in manifests/crd: ${firstOf(list)}`
  if (grave.length > 0) return failure(text(grave), help)
  return paths.length > 0 ? warning(text(paths), help) : ok('as in manifests/crd')
}
