import type { KubeObject } from '../kube/objects.ts'
import { type Finding, failure, ok, skipped, warning } from './finding.ts'
import { type Answer, callSync, type Trust } from './hook-call.ts'

const dayMs = 86_400_000
const soonDays = 30

/** What a CompositeController configures for a hook: of its own, or for its host. */
function accessOf({ spec }: KubeObject, url: URL): KubeObject['spec'] {
  const hosts = [url.host, url.hostname, `${url.hostname}:${url.port || 443}`]
  const config = spec.endpointConfigs?.find(({ host }: { host: string }) => hosts.includes(host))
  return { ...config, ...spec.hooks.sync.webhook }
}

/** The certificates that Metacontroller trusts; the doctor reads no Secret or ConfigMap. */
function trustOf({ caBundle }: KubeObject['spec']): Trust {
  if (!caBundle) return 'system'
  return caBundle.inline ? { ca: caBundle.inline } : 'any'
}

/** Errors of Node about a certificate that is not signed by a trusted CA, or not valid. */
const refusal = /CERT|SIGNATURE|altnames/

function judgeFault(answer: Answer, url: URL, access: KubeObject['spec']): Finding | undefined {
  const { fault, code } = answer
  if (fault === undefined) return undefined
  // The doctor does not read the credentials; it relies on the CompositeController naming some.
  if (code === 401 && (access.authorization || access.basicAuth))
    return ok(`${url.origin} answers callers with a token`)
  if (code === 401)
    return failure(`${url.origin} requires a bearer token, which the CompositeController lacks`)
  if (/CERTIFICATE_REQUIRED/.test(fault) && access.clientTLS)
    return ok(`${url.origin} answers callers with a certificate`)
  if (code === undefined && refusal.test(fault))
    return failure(
      `the CompositeController does not trust the certificate of ${url.origin}: ${fault}`,
    )
  return failure(`${url.origin} does not answer a sync call (${fault})`)
}

/** Calls the service as Metacontroller does; judges the answer and the certificate. */
export async function* checkCall(
  composite: KubeObject,
  url: URL,
  { port, help }: { port?: number; help: string },
): AsyncGenerator<Finding> {
  const access = accessOf(composite, url)
  const trust = trustOf(access)
  const answer = await callSync(url, trust, port)
  const fault = judgeFault(answer, url, access)
  yield fault?.level === 'failure'
    ? { ...fault, help }
    : (fault ?? ok(`${url.origin} answers a sync call with a status`))
  if (url.protocol === 'http:') return
  if (trust === 'any')
    yield skipped('whether its certificate is trusted: the CA is in a Secret or ConfigMap')
  if (!answer.expires) return
  const days = Math.floor((answer.expires.getTime() - Date.now()) / dayMs)
  const text = `its certificate expires in ${days} days`
  yield days < soonDays ? warning(text, help) : ok(text)
}

/** A Service of the cluster in a URL; undefined for an address outside the cluster. */
export function serviceIn(url: URL): { name: string; namespace: string; port: number } | undefined {
  const [, name, namespace] = /^([^.]+)\.([^.]+)\.svc(\.|$)/.exec(url.hostname) ?? []
  if (!name || !namespace) return undefined
  return { name, namespace, port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80) }
}
