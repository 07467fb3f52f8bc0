import { X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { TlsOptions } from './metacontroller/index.ts'
import { certificatesIn } from './nats/files.ts'

/** Certificate, key and the authority of clients as PEM text, and when the certificate ends. */
export interface TlsMaterial extends TlsOptions {
  expires: Date
}

/**
 * Makes options for the hook port from the contents of its files; with an authority of clients
 * only those that it signed are let in. Throws where they do not fit together.
 */
export function tlsMaterial([cert = '', key = '', bundle]: string[]): TlsMaterial {
  const clients =
    bundle === undefined
      ? {}
      : { ca: certificatesIn(bundle), requestCert: true, rejectUnauthorized: true }
  const options: TlsOptions = { cert, key, minVersion: 'TLSv1.2', ...clients }
  createSecureContext(options)
  return { ...options, expires: new Date(new X509Certificate(cert).validTo) }
}
