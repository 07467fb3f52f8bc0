import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { KubeObject } from '../kube/objects.ts'
import { type Finding, failure, ok, skipped, warning } from './finding.ts'
import type { PresentedCertificate } from './hook-call.ts'

const dayMs = 86_400_000
const soonDays = 30

/** The certificates that Metacontroller trusts for an address. */
export type Trust =
  | { kind: 'inline'; authorities: X509Certificate[] }
  /** In a Secret or ConfigMap, which the doctor does not read. */
  | { kind: 'elsewhere' }
  | { kind: 'system' }

/** The valid certificates of a bundle. */
function readBundle(bundle: string): X509Certificate[] {
  const pems = bundle.match(/-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs) ?? []
  return pems.flatMap((pem) => {
    try {
      return [new X509Certificate(pem)]
    } catch {
      return []
    }
  })
}

/** The trust that a CompositeController configures: for a hook, or for its host. */
export function trustOf(composite: KubeObject, url: URL): Trust {
  const { hooks, endpointConfigs = [] } = composite.spec
  const hosts = [url.host, url.hostname, `${url.hostname}:${url.port || 443}`]
  const config = endpointConfigs.find(({ host }: { host: string }) => hosts.includes(host))
  const caBundle = hooks?.sync?.webhook?.caBundle ?? config?.caBundle
  if (!caBundle) return { kind: 'system' }
  if (!caBundle.inline) return { kind: 'elsewhere' }
  return { kind: 'inline', authorities: readBundle(caBundle.inline) }
}

function namesIn(leaf: X509Certificate): string {
  return (leaf.subjectAltName ?? 'no name').replaceAll(/(DNS|IP Address):/g, '')
}

/** Go checks the alternative names only, never the subject. */
function isFor(leaf: X509Certificate, name: string): boolean {
  const found = isIP(name) ? leaf.checkIP(name) : leaf.checkHost(name, { subject: 'never' })
  return found !== undefined
}

/** Whether Metacontroller can trust the certificate of the service, and for how long. */
export function judgeCertificate(
  { leaf, refusal }: PresentedCertificate,
  trust: Trust,
  hostname: string,
  now: Date,
  help: string,
): Finding {
  const name = hostname.replaceAll(/[[\]]/g, '')
  const daysTo = (date: Date) => Math.floor((date.getTime() - now.getTime()) / dayMs)
  if (!isFor(leaf, name)) return failure(`it is for ${namesIn(leaf)}, not for ${name}`, help)
  if (leaf.validFromDate > now)
    return failure(`it is valid only from ${leaf.validFrom}: is the clock right?`)
  if (leaf.validToDate < now) return failure(`it expired on ${leaf.validTo}`, help)
  if (trust.kind === 'elsewhere')
    return skipped(
      'whether it is trusted: the CA is in a Secret or ConfigMap, which is not read here',
    )
  const authorities = trust.kind === 'inline' ? trust.authorities : []
  if (trust.kind === 'inline' && authorities.length === 0)
    return failure('the CompositeController has no certificate where its caBundle should be', help)
  if (refusal)
    return failure(`no CA that the CompositeController trusts has signed it (${refusal})`, help)
  const signers = authorities.filter((each) => leaf.checkIssued(each))
  const days = Math.min(...[leaf, ...signers].map((each) => daysTo(each.validToDate)))
  const text = `for ${name}, trusted by the CompositeController, expires in ${days} days`
  return days < soonDays ? warning(text, help) : ok(text)
}
