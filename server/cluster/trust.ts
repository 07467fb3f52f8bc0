import { X509Certificate } from 'node:crypto'

/** The first certificate of a bundle; undefined where there is no valid one. */
export function firstCertificate(bundle: string): string | undefined {
  try {
    return new X509Certificate(bundle).toString()
  } catch {
    return undefined
  }
}

/**
 * The CAs that Metacontroller trusts while pods with the present and the previous certificate run
 * side by side: the new CA and the one before. The keys of our CAs are thrown away, so trusting the
 * previous one is safe.
 */
export function trustBundle(ca: string, before: string | undefined): string {
  const current = firstCertificate(ca) ?? ca
  const previous = before === undefined ? undefined : firstCertificate(before)
  if (before !== undefined && previous === current) return before
  return previous ? `${current}${previous}` : current
}
