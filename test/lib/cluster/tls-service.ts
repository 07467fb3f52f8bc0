import { join } from 'node:path'
import type { Test } from 'tap'
import { startService } from '../../../hack/lib/service.ts'
import { makeCertificates } from '../../../server/cluster/certificates.ts'

/** Starts a service with TLS, beside the one of the environment. */
export async function startTlsService(t: Test, NATS_URL: string) {
  const { ca, cert, key } = await makeCertificates([], ['127.0.0.1'], 90)
  const folder = t.testdir({ 'tls.crt': cert, 'tls.key': key })
  const files = { TLS_CERT_FILE: join(folder, 'tls.crt'), TLS_KEY_FILE: join(folder, 'tls.key') }
  const service = await startService({ env: { NATS_URL, ...files } })
  t.teardown(service.stop)
  const metrics = async () => (await fetch(`${service.adminUrl}/metrics`)).text()
  return { ca, url: new URL(service.url.replace('http:', 'https:')), metrics }
}
