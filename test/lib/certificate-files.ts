import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeCertificates } from '../../server/cluster/certificates.ts'

/** Makes a certificate for loopback, and writes it into a folder with its key and its CA. */
export async function writeCertificates(dir: string, days = 1) {
  const { ca, cert, key } = await makeCertificates(['localhost'], ['127.0.0.1'], days)
  const write = (name: string, text: string) => {
    const path = join(dir, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  const settings = { TLS_CERT_FILE: write('tls.crt', cert), TLS_KEY_FILE: write('tls.key', key) }
  return { ca, caFile: write('ca.crt', ca), settings }
}
