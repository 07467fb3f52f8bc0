import type { Test } from 'tap'
import { startService } from '../../../hack/lib/service.ts'
import { writeCertificates } from '../../lib/certificate-files.ts'
import { openHost } from '../../lib/cluster/host.ts'
import { startControlPlane } from '../../lib/plane/control-plane.ts'
import { startMetacontroller } from '../../lib/plane/metacontroller.ts'

/** A real control plane, broker and service, with a Metacontroller that can be scraped. */
export type World = Awaited<ReturnType<typeof openWorld>>

// One of its own, since the port is fixed: 9999, as in the pods.
const loopback = `127.${process.pid % 200}.${(process.pid >> 8) % 250}.77`

/** Starts all of it, with TLS between Metacontroller and the service. */
export async function openWorld(t: Test) {
  const { METACONTROLLER_BIN: binary, KUBEBUILDER_ASSETS = '' } = process.env
  // The e2e cases start one without a port.
  delete process.env.METACONTROLLER_BIN
  const plane = await startControlPlane(KUBEBUILDER_ASSETS)
  t.teardown(plane.stop)
  const env = await openHost(plane.kubeconfig)
  t.teardown(() => env.close())
  await env.service.stop()

  const { ca, settings } = await writeCertificates(env.dir, 90)
  // Free again, and below the ephemeral ports.
  const PORT = String(env.hooks?.url.port)
  const service = await env.withNats((url) =>
    startService({ env: { ...settings, NATS_URL: url, PORT }, limitMs: 60_000 }),
  )
  t.teardown(() => service.stop())
  await env.hooks?.redirect({ url: new URL(service.url.replace('http:', 'https:')), ca })
  if (binary) {
    const flags = ['-discovery-interval=1s', `-metrics-address=${loopback}:9999`]
    const { stop } = startMetacontroller(binary, plane.kubeconfig, flags)
    t.teardown(stop)
  }
  return {
    env,
    service,
    coinflips: await env.coinflips('casino'),
    /** Loopback address of its own on which Metacontroller has its usual port; undefined without. */
    metacontroller: binary ? loopback : undefined,
    /** Where the API server is, and how it is asked. */
    api: plane.access,
  }
}
