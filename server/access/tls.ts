import { X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { certificatesIn } from '../lib/files.ts'

/** Options of TLS with certificate, key and the CA of clients as PEM text, and its expiry. */
export interface TlsMaterial {
  cert: string
  key: string
  minVersion: 'TLSv1.2'
  ca?: string[]
  requestCert?: true
  rejectUnauthorized?: true
  expires: Date
}

/**
 * Makes options for the hook port from the contents of its files; with a CA of clients only those that
 * it signed are admitted. Throws where they do not fit together.
 */
export function tlsMaterial([cert = '', key = '', bundle]: string[]): TlsMaterial {
  const clients =
    bundle === undefined
      ? {}
      : {
          ca: certificatesIn(bundle),
          requestCert: true as const,
          rejectUnauthorized: true as const,
        }
  const options = { cert, key, minVersion: 'TLSv1.2' as const, ...clients }
  createSecureContext(options)
  return { ...options, expires: new Date(new X509Certificate(cert).validTo) }
}
