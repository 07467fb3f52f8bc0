import type { KubeObject } from '../kube/objects.ts'
import { readManifests } from '../lib/manifests.ts'
import { runnerOf, runsOnHost } from '../metacontroller/composite.ts'
import { differences, firstOf } from './differences.ts'
import { type Finding, failure, ok, warning } from './finding.ts'

/** Without these nothing is published, or not on deletion. */
const essential = /^(parentResource\.(apiVersion|resource)|generateSelector|hooks\.(sync|finalize))/

/** The CompositeController of manifests/controller. */
export function wantedComposite(): KubeObject {
  const [composite] = readManifests<KubeObject['spec']>('CompositeController', 'controller/')
  return composite as KubeObject
}

/** The URL of a hook; undefined without one. */
export function hookUrl(
  composite: KubeObject | undefined,
  hook: 'sync' | 'finalize',
): URL | undefined {
  const url = composite?.spec.hooks?.[hook]?.webhook?.url
  return url ? (URL.parse(url) ?? undefined) : undefined
}

/** The command that applies it again: `run` for one that calls this machine. */
export function helpFor(
  composite: KubeObject | undefined,
  deployment: KubeObject | undefined,
): string {
  if (composite && runsOnHost(composite)) return 'make run'
  const image = deployment?.spec.template.spec.containers[0].image ?? ''
  return `make deploy IMG=${image}`
}

/** The other machine whose `run` serves it; undefined for this one. */
export function otherMachine(composite: KubeObject): string | undefined {
  const runner = runsOnHost(composite) ? runnerOf(composite) : undefined
  const isHere = !runner || runner.startsWith('process ') || runner === 'an unknown machine'
  return isHere ? undefined : runner
}

/** The URLs depend on where the service runs. */
function withoutUrls(spec: KubeObject['spec']): KubeObject['spec'] {
  const copy = structuredClone(spec)
  for (const hook of Object.values<KubeObject['spec']>(copy.hooks ?? {})) delete hook?.webhook?.url
  return copy
}

/** Whether a CompositeController calls our hooks as it should. */
export function judgeComposite(
  wanted: KubeObject,
  found: KubeObject | undefined,
  help: string,
): Finding {
  if (!found) return failure('there is none, so Metacontroller does not call the service', help)
  const paths = differences(withoutUrls(wanted.spec), withoutUrls(found.spec))
  const fatal = paths.filter((path) => essential.test(path) && !path.endsWith('.timeout'))
  const text = (list: readonly string[]) => `differs from manifests/controller: ${firstOf(list)}`
  if (fatal.length > 0) return failure(text(fatal), help)
  const [sync, finalize] = [hookUrl(found, 'sync'), hookUrl(found, 'finalize')]
  if (!sync || !finalize) return failure('its hooks have no URL', help)
  if (sync.origin !== finalize.origin)
    return failure(`it calls ${sync.origin} for sync and ${finalize.origin} for finalize`, help)
  if (sync.pathname !== '/sync' || finalize.pathname !== '/finalize')
    return failure(`it calls ${sync.pathname} and ${finalize.pathname} of ${sync.origin}`, help)
  if (paths.length > 0) return warning(text(paths), help)
  return ok(`calls ${sync.origin}`)
}
