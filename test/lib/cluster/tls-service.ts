import type { Test } from 'tap'
import { startService } from '../../../hack/lib/service.ts'
import { writeCertificates } from '../certificate-files.ts'

/** Starts a service with TLS, beside the one of the environment. */
export async function startTlsService(t: Test, NATS_URL: string) {
  const { ca, settings } = await writeCertificates(t.testdir(), 90)
  const service = await startService({ env: { NATS_URL, ...settings } })
  t.teardown(service.stop)
  const metrics = async () => (await fetch(`${service.adminUrl}/metrics`)).text()
  return { ca, url: new URL(service.url.replace('http:', 'https:')), metrics }
}
