import type { Api, Outcome } from './api.ts'
import { makeCertificates } from './certificates.ts'
import {
  bundleOf,
  type Composite,
  findFault,
  hostsOf,
  readComposite,
  setBundle,
} from './composite.ts'
import { expiryOf, readSecret, secretName, writeSecret } from './hook-secret.ts'
import { firstCertificate, trustBundle } from './trust.ts'

const validDays = 365
/** Long before monitoring warns. */
const renewBeforeDays = 90
const dayMs = 86_400_000

/** Has the CompositeController trust a CA, beside the one before; resolves to a fault. */
async function trust(api: Api, composite: Composite, ca: string): Promise<string | undefined> {
  const before = bundleOf(composite)
  const bundle = trustBundle(ca, before)
  if (bundle === before) return undefined
  const answer = await setBundle(api, composite, bundle)
  return 'fault' in answer ? answer.fault : undefined
}

/** Makes a certificate. The CompositeController trusts its CA before the pods can present it. */
async function renew(api: Api, composite: Composite): Promise<Outcome> {
  const hosts = hostsOf(composite)
  const made = await makeCertificates(hosts, [], validDays)
  // A CA whose Secret cannot be written would displace the one that the pods use.
  const tried = await writeSecret(api, made, { dryRun: true })
  if ('fault' in tried) return tried
  const fault = await trust(api, composite, made.ca)
  if (fault !== undefined) return { fault }
  const written = await writeSecret(api, made)
  if ('fault' in written) return written
  return { done: `made a certificate for ${hosts}, valid for ${validDays} days` }
}

/**
 * Has Metacontroller trust the certificate of the hooks, which is in the Secret. With `make` it makes
 * one where there is none, or where it expires soon; without, cert-manager or a person fills the
 * Secret. May be repeated at any time.
 */
export async function keepCertificate(api: Api, make: boolean): Promise<Outcome> {
  const found = await readComposite(api)
  if ('fault' in found) return found
  const composite: Composite = found.body
  const fault = findFault(composite, api.namespace)
  if (fault !== undefined) return { fault }
  const secret = await readSecret(api)
  if (secret && 'fault' in secret) return secret

  const hosts = hostsOf(composite)
  const expiry = secret && expiryOf(secret, hosts)
  const days = expiry ? (expiry.getTime() - Date.now()) / dayMs : 0
  const isOurs = secret === undefined || secret.isOurs
  if (make && isOurs && days < renewBeforeDays) return renew(api, composite)

  const ca = secret && firstCertificate(secret.ca)
  if (!ca) return { fault: `the Secret ${api.namespace}/${secretName} has no ca.crt yet` }
  const refused = await trust(api, composite, ca)
  if (refused !== undefined) return { fault: refused }
  if (!expiry || days < 0)
    return {
      fault: `the Secret ${api.namespace}/${secretName} has no valid certificate for ${hosts}`,
    }
  const date = expiry.toISOString().slice(0, 10)
  return { done: `the certificate for ${hosts} is trusted, and valid until ${date}` }
}
