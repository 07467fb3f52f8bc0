import { randomUUID } from 'node:crypto'
import { generate } from 'selfsigned'

/** A CA certificate and a certificate with its key that the CA signed, as PEM text. */
export interface Certificates {
  ca: string
  cert: string
  key: string
}

const digest = { keyType: 'ec', algorithm: 'sha256' } as const

function validity(days: number) {
  // Starts an hour ago, since clocks differ.
  const notBeforeDate = new Date(Date.now() - 3_600_000)
  return { notBeforeDate, notAfterDate: new Date(Date.now() + days * 86_400_000) }
}

/**
 * Makes a CA whose key is thrown away, and one certificate for a server with these DNS names and IP
 * addresses, or for a client. Both expire after `days`.
 */
export async function makeCertificates(
  names: readonly string[],
  addresses: readonly string[],
  days: number,
  usage: 'serverAuth' | 'clientAuth' = 'serverAuth',
): Promise<Certificates> {
  // Unique, since OpenSSL tries only the first of two CAs with the same name.
  const name = `coinflip-hook-ca-${randomUUID()}`
  const authority = await generate([{ name: 'commonName', value: name }], {
    ...digest,
    ...validity(days),
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  const server = await generate([{ name: 'commonName', value: 'coinflip-hook' }], {
    ...digest,
    ...validity(days),
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', [usage]: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          ...addresses.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  })
  return { ca: authority.cert, cert: server.cert, key: server.private }
}
