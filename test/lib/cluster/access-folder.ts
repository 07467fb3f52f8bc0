import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeCertificates } from '../../../server/cluster/certificates.ts'

/**
 * Creates the files that docs/how-to/access.md requires: certificates of the server and of a client, and a
 * second one of each from another CA.
 */
export async function makeAccessFolder(dir: string): Promise<string> {
  const folder = mkdtempSync(join(dir, 'access-'))
  writeFileSync(join(folder, 'token-of-a-stranger'), 'guessed\n')
  for (const number of [1, 2]) {
    const suffix = number === 1 ? '' : `-${number}`
    // The metric tells them apart by their days.
    const server = await makeCertificates([], ['127.0.0.1'], number * 10)
    const client = await makeCertificates([], [], 10, 'clientAuth')
    const files = {
      [`ca${suffix}.crt`]: server.ca,
      [`tls${suffix}.crt`]: server.cert,
      [`tls${suffix}.key`]: server.key,
      [`client-ca${suffix}.crt`]: client.ca,
      [`client-${number}.crt`]: client.cert,
      [`client-${number}.key`]: client.key,
    }
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(folder, name), `${content}\n`, { mode: 0o600 })
  }
  return folder
}
