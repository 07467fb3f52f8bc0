import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { KubeObject } from '../kube/objects.ts'
import { type Finding, failure, ok, skipped, warning } from './finding.ts'
import type { Shown } from './hook-call.ts'

const dayMs = 86_400_000
const soonDays = 30

/** The certificates that Metacontroller trusts for an address. */
export type Trust =
  | { kind: 'inline'; authorities: X509Certificate[] }
  /** In a Secret or ConfigMap, which is not read here. */
  | { kind: 'elsewhere' }
  | { kind: 'system' }

/** The certificates of a bundle that can be read. */
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

/** What a CompositeController says of that: a hook's own words, or those for its host. */
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

/** Go looks at the alternative names only, never at the subject. */
function isFor(leaf: X509Certificate, name: string): boolean {
  const found = isIP(name) ? leaf.checkIP(name) : leaf.checkHost(name, { subject: 'never' })
  return found !== undefined
}

/** Whether Metacontroller can trust what the service shows, and for how long. */
export function judgeCertificate(
  { leaf, refusal }: Shown,
  trust: Trust,
  hostname: string,
  now: Date,
  help: string,
): Finding {
  const name = hostname.replaceAll(/[[\]]/g, '')
  const daysTo = (date: Date) => Math.floor((date.getTime() - now.getTime()) / dayMs)
  if (!isFor(leaf, name)) return failure(`it is for ${namesIn(leaf)}, not for ${name}`, help)
  if (leaf.validFromDate > now)
    return failure(`it is valid from ${leaf.validFrom} only: is the clock right?`)
  if (leaf.validToDate < now) return failure(`it ended on ${leaf.validTo}`, help)
  if (trust.kind === 'elsewhere')
    return skipped(
      'whether it is trusted: the authority is in a Secret or ConfigMap, not read here',
    )
  const authorities = trust.kind === 'inline' ? trust.authorities : []
  if (trust.kind === 'inline' && authorities.length === 0)
    return failure('the CompositeController has no certificate where its caBundle should be', help)
  if (refusal)
    return failure(
      `no authority that the CompositeController trusts has signed it (${refusal})`,
      help,
    )
  const signers = authorities.filter((each) => leaf.checkIssued(each))
  const days = Math.min(...[leaf, ...signers].map((each) => daysTo(each.validToDate)))
  const text = `for ${name}, trusted by the CompositeController, ends in ${days} days`
  return days < soonDays ? warning(text, help) : ok(text)
}
