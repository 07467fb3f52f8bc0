import { X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { parseCertificates } from '../lib/files.ts'

/** TLS options with certificate, key and the CA of clients as PEM text, and when the first expires. */
export interface TlsMaterial {
  cert: string
  key: string
  minVersion: 'TLSv1.2'
  ca?: string[] | undefined
  requestCert: boolean
  expires: Date
}

/**
 * Creates TLS options from the contents of certificate, key and CA; with a CA, Node admits only clients
 * with a certificate that it signed. Throws where the files do not match.
 */
export function createTlsMaterial([cert = '', key = '', bundle]: string[]): TlsMaterial {
  const ca = bundle === undefined ? undefined : parseCertificates(bundle)
  const minVersion = 'TLSv1.2'
  createSecureContext({ cert, key, ca, minVersion })
  const expires = new Date(new X509Certificate(cert).validTo)
  return { cert, key, ca, requestCert: ca !== undefined, minVersion, expires }
}
