import type { KubeObject } from '../../../hack/kube/objects.ts'

/** Where and how a CompositeController calls its hooks. */
export interface HookEndpoint {
  url: URL
  /** CA of a certificate there. */
  ca?: string | undefined
  /** `authorization` and `clientTLS` of a hook. */
  credentials?: object
  /** Instead of that of manifests/controller. */
  resyncPeriodSeconds?: number | undefined
}

/** A copy of the CompositeController that calls its hooks at another URL. */
export function withHooksAt(controller: KubeObject, endpoint: HookEndpoint): KubeObject {
  const { url, ca, credentials, resyncPeriodSeconds } = endpoint
  const copy = structuredClone(controller)
  const { spec } = copy
  const trust = ca ? { caBundle: { inline: ca }, ...credentials } : {}
  for (const hook of ['sync', 'finalize'])
    Object.assign(spec.hooks[hook].webhook, { url: new URL(hook, url).href, ...trust })
  if (resyncPeriodSeconds) spec.resyncPeriodSeconds = resyncPeriodSeconds
  return copy
}
