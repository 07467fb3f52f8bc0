import type { KubeObject } from '../../../hack/kube/objects.ts'

/** Where and how a CompositeController calls its hooks. */
export interface HookEndpoint {
  url: URL
  /** CA of a certificate there. */
  ca?: string | undefined
  /** `authorization` and `clientTLS` of an endpoint. */
  credentials?: object
  /** Instead of that of manifests/controller. */
  resyncPeriodSeconds?: number | undefined
}

/** A copy of the CompositeController that calls its hooks at another URL. */
export function withHooksAt(controller: KubeObject, endpoint: HookEndpoint): KubeObject {
  const { url, ca, credentials, resyncPeriodSeconds } = endpoint
  const copy = structuredClone(controller)
  const { spec } = copy
  for (const hook of ['sync', 'finalize']) spec.hooks[hook].webhook.url = new URL(hook, url).href
  if (ca) spec.endpointConfigs = [{ host: url.host, caBundle: { inline: ca }, ...credentials }]
  if (resyncPeriodSeconds) spec.resyncPeriodSeconds = resyncPeriodSeconds
  return copy
}
