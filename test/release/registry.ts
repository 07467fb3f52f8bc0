import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { stringify } from 'yaml'
import { freePort } from '../../hack/lib/free-port.ts'
import { end, start } from '../../hack/lib/process.ts'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { makeCertificates } from '../../server/cluster/certificates.ts'

/** A registry of images and charts on loopback, with TLS as a public one has. */
export interface Registry {
  /** Host and port. */
  address: string
  /** File with the certificate of its CA. */
  ca: string
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const answer = once(socket, 'connect').then(
    () => true,
    () => false,
  )
  return answer.finally(() => socket.destroy())
}

/** Starts Debian's docker-registry until the end of the test. */
export async function startRegistry(t: Test): Promise<Registry> {
  const dir = await mkdtemp(join(tmpdir(), 'coinflip-registry-'))
  const port = await freePort()
  const address = `127.0.0.1:${port}`
  const { ca, cert, key } = await makeCertificates([], ['127.0.0.1'], 1)
  const files = { ca: join(dir, 'ca.crt'), cert: join(dir, 'tls.crt'), key: join(dir, 'tls.key') }
  await writeFile(files.ca, ca)
  await writeFile(files.cert, cert)
  await writeFile(files.key, key, { mode: 0o600 })
  const config = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(dir, 'storage') } },
    http: { addr: address, tls: { certificate: files.cert, key: files.key } },
  }
  await writeFile(join(dir, 'config.yml'), stringify(config))
  const registry = start('docker-registry', ['serve', join(dir, 'config.yml')])
  let output = ''
  registry.child.stderr?.on('data', (text) => (output += text))
  let hasEnded = false
  void registry.ended.then(() => (hasEnded = true))
  t.teardown(async () => {
    await end(registry, 'SIGTERM')
    await rm(dir, { recursive: true })
  })
  await waitFor(
    () => hasEnded || isListening(port),
    (isUp) => isUp,
    { what: 'docker-registry listens' },
  )
  if (hasEnded) throw new Error(`docker-registry ended: ${output}`)
  return { address, ca: files.ca }
}
