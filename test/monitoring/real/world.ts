import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { parse } from 'yaml'
import { end, start } from '../../../hack/lib/process.ts'
import { type Service, startService } from '../../../hack/lib/service.ts'
import { makeCertificates } from '../../../server/cluster/certificates.ts'
import type { CoinFlips } from '../../lib/cluster/coinflips.ts'
import type { Environment } from '../../lib/cluster/environment.ts'
import { openHost } from '../../lib/cluster/host.ts'
import { startControlPlane } from '../../lib/plane/control-plane.ts'

/** A real control plane, broker and service, with a Metacontroller that can be scraped. */
export interface World {
  env: Environment
  service: Service
  coinflips: CoinFlips
  /** Loopback address of its own on which Metacontroller has its usual port; undefined without. */
  metacontroller: string | undefined
  /** Where the API server is, and how it is asked. */
  api: { url: string; token: string }
}

// One of its own, since the port is fixed: 9999, as in the pods.
const loopback = `127.${process.pid % 200}.${(process.pid >> 8) % 250}.77`

function apiOf(kubeconfig: string): World['api'] {
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8'))
  return { url: clusters[0].cluster.server, token: users[0].user.token }
}

/** Starts all of it, with TLS between Metacontroller and the service. */
export async function openWorld(t: Test): Promise<World> {
  const binary = process.env.METACONTROLLER_BIN
  // The e2e cases start one without a port.
  delete process.env.METACONTROLLER_BIN
  const plane = await startControlPlane(`${process.env.KUBEBUILDER_ASSETS}`)
  t.teardown(plane.stop)
  const env = await openHost(plane.kubeconfig)
  t.teardown(() => env.close())
  const { KUBECONFIG = '' } = env.kubectl.env
  await env.service.stop()

  const { ca, cert, key } = await makeCertificates([], ['127.0.0.1'], 90)
  const files = { TLS_CERT_FILE: join(env.dir, 'tls.crt'), TLS_KEY_FILE: join(env.dir, 'tls.key') }
  writeFileSync(files.TLS_CERT_FILE, cert)
  writeFileSync(files.TLS_KEY_FILE, key)
  // Free again, and below the ephemeral ports.
  const PORT = String(env.hooks?.url.port)
  const service = await env.withNats((url) =>
    startService({ env: { ...files, NATS_URL: url, PORT }, limitMs: 60_000 }),
  )
  t.teardown(() => service.stop())
  await env.hooks?.redirect({ url: new URL(service.url.replace('http:', 'https:')), ca })
  const coinflips = await env.coinflips('casino')
  const api = apiOf(KUBECONFIG)
  if (!binary) return { env, service, coinflips, metacontroller: undefined, api }

  const running = start(
    binary,
    [
      `-kubeconfig=${KUBECONFIG}`,
      '-discovery-interval=1s',
      `-metrics-address=${loopback}:9999`,
      '-health-probe-bind-address=0',
      '-target-label-selector=games.example.com/runs-on=host',
    ],
    { env: env.kubectl.env },
  )
  running.child.stdout?.resume()
  running.child.stderr?.resume()
  t.teardown(() => end(running, 'SIGTERM'))
  return { env, service, coinflips, metacontroller: loopback, api }
}
