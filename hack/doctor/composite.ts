import type { KubeObject } from '../kube/objects.ts'
import { readManifests } from '../lib/manifests.ts'
import { runnerOf, runsOnHost } from '../metacontroller/composite.ts'
import { differences, firstOf } from './differences.ts'
import { type Finding, failure, ok, warning } from './finding.ts'

/** Without these nothing is published, or not at the end of an object. */
const grave = /^(parentResource\.(apiVersion|resource)|generateSelector|hooks\.(sync|finalize))/

/** The CompositeController as it stands in manifests/controller. */
export function wantedComposite(): KubeObject {
  const [composite] = readManifests<KubeObject['spec']>('CompositeController', 'metacontroller/')
  return composite as KubeObject
}

/** Where the hook of this name is; undefined when it is nowhere. */
export function hookUrl(
  composite: KubeObject | undefined,
  hook: 'sync' | 'finalize',
): URL | undefined {
  const url = composite?.spec.hooks?.[hook]?.webhook?.url
  return url ? (URL.parse(url) ?? undefined) : undefined
}

/** What makes it anew: `run` for one that leads to this machine. */
export function helpFor(
  composite: KubeObject | undefined,
  deployment: KubeObject | undefined,
): string {
  if (composite && runsOnHost(composite)) return 'make run'
  const image = deployment?.spec.template.spec.containers[0].image ?? ''
  return `make deploy IMG=${image}`
}

/** The other machine that the service behind it runs on, by `run` there; undefined for this one. */
export function otherMachine(composite: KubeObject): string | undefined {
  const runner = runsOnHost(composite) ? runnerOf(composite) : undefined
  const isHere = !runner || runner.startsWith('process ') || runner === 'an unknown machine'
  return isHere ? undefined : runner
}

/** The addresses are those of wherever it runs. */
function withoutUrls(spec: KubeObject['spec']): KubeObject['spec'] {
  const copy = structuredClone(spec)
  for (const hook of Object.values<KubeObject['spec']>(copy.hooks ?? {})) delete hook?.webhook?.url
  return copy
}

/** Whether Metacontroller is told what to call, and when. */
export function judgeComposite(
  wanted: KubeObject,
  found: KubeObject | undefined,
  help: string,
): Finding {
  if (!found) return failure('there is none, so nothing calls the service', help)
  const paths = differences(withoutUrls(wanted.spec), withoutUrls(found.spec))
  const fatal = paths.filter((path) => grave.test(path) && !path.endsWith('.timeout'))
  const text = (list: readonly string[]) => `another than in manifests/controller: ${firstOf(list)}`
  if (fatal.length > 0) return failure(text(fatal), help)
  const [sync, finalize] = [hookUrl(found, 'sync'), hookUrl(found, 'finalize')]
  if (!sync || !finalize) return failure('its hooks have no address', help)
  if (sync.origin !== finalize.origin)
    return failure(`it calls ${sync.origin} for sync and ${finalize.origin} for finalize`, help)
  if (sync.pathname !== '/sync' || finalize.pathname !== '/finalize')
    return failure(`it calls ${sync.pathname} and ${finalize.pathname} of ${sync.origin}`, help)
  if (paths.length > 0) return warning(text(paths), help)
  return ok(`calls ${sync.origin}`)
}
