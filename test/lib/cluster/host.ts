import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readVersion } from '../../../hack/kube/context.ts'
import { supportsMutatingAdmissionPolicy } from '../../../hack/kube/releases.ts'
import { startBroker } from '../../../hack/lib/broker.ts'
import { onExitRemove } from '../../../hack/lib/exit.ts'
import { freePort } from '../../../hack/lib/free-port.ts'
import { startService } from '../../../hack/lib/service.ts'
import { metricOf } from '../metrics.ts'
import { startMetacontroller } from '../plane/metacontroller.ts'
import { openApi } from './api.ts'
import { CoinFlips } from './coinflips.ts'
import { type Environment, skipUnless } from './environment.ts'
import { hostOperator } from './host-operator.ts'
import { kubectlOf } from './kubectl.ts'
import { shellOf } from './make.ts'
import { readMessages } from './stream.ts'

function setting(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set; \`make e2e\` sets it`)
  return value
}

/** A process that is started and ended again and again, one at a time. */
function restartable<T>(launch: () => Promise<T>, end: (it: T) => Promise<unknown>, running?: T) {
  let present = running
  const start = async () => {
    present ??= await launch()
  }
  const endBy = async (how: typeof end) => {
    if (present !== undefined) await how(present)
    present = undefined
  }
  return { start, stop: () => endBy(end), endBy, present: () => present }
}

// A new CRD is seen after 1 s instead of half a minute; its usual ports may be taken.
const metacontrollerFlags = [
  '-workers=20',
  '-discovery-interval=1s',
  '-metrics-address=0',
  '-health-probe-bind-address=0',
]

/** Starts a broker, the service and Metacontroller on loopback, for an API server. */
export async function openHost(kubeconfig: string): Promise<Environment> {
  const { METACONTROLLER_BIN, METACONTROLLER_MANIFESTS: metacontrollerManifests } = process.env
  const assets = setting('KUBEBUILDER_ASSETS')
  const binary = join(assets, 'kubectl')
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-e2e-'))
  onExitRemove(dir)

  // A failure here ends this process, and with it all processes that it started.
  const broker = await startBroker({ binary: setting('NATS_SERVER_BIN') })
  const kubectl = kubectlOf(binary, kubeconfig, dir)
  const api = await openApi(binary, kubectl, dir)
  const { version } = await readVersion(kubectl.run)
  const restarted = () => broker.restart().then(() => broker)
  const nats = restartable(restarted, broker.kill, broker)
  const PORT = String(await freePort())
  const service = restartable(
    () => startService({ env: { LOG_LEVEL: 'debug', NATS_URL: broker.url, PORT } }),
    (present) => present.kill(),
  )
  const metacontroller = restartable(
    async () => {
      if (!METACONTROLLER_BIN || !metacontrollerManifests) return undefined
      const started = startMetacontroller(METACONTROLLER_BIN, kubeconfig, metacontrollerFlags)
      await started.working
      return started
    },
    async (present) => present?.kill(),
  )
  const url = new URL(`http://127.0.0.1:${PORT}`)
  const operator = await hostOperator({ kubectl, api, dir, url, metacontrollerManifests })
  await Promise.all([operator.install(), service.start()])
  await metacontroller.start()
  const used: CoinFlips[] = []
  const has = {
    host: true,
    cluster: false,
    metacontroller: metacontroller.present() !== undefined,
    manifests: metacontrollerManifests !== undefined,
    policies: supportsMutatingAdmissionPolicy(version),
  }

  return {
    mode: 'host',
    version,
    dir,
    kubectl,
    shell: shellOf({ ...kubectl.env, NATS_URL: broker.url }),
    api,
    operator,
    hooks: {
      url,
      redirect: operator.redirect,
      // One that was built by hand may not log its version.
      metacontrollerVersion: () =>
        metacontroller.present()?.version || process.env.METACONTROLLER_VERSION || 'unknown',
      metacontroller() {
        const present = metacontroller.present()
        if (!present) throw new Error('Metacontroller does not run')
        return present
      },
    },
    nats,
    service: {
      ...service,
      async roll() {
        await service.endBy((present) => present.stop())
        await service.start()
      },
      async metric(name) {
        const response = await fetch(`${service.present()?.adminUrl}/metrics`)
        return metricOf(await response.text(), name)
      },
    },
    metacontroller,
    needs: (...all) => skipUnless(all, has),
    async coinflips(namespace) {
      await api.call('POST', '/api/v1/namespaces', { metadata: { name: namespace } })
      const coinflips = new CoinFlips(api, namespace)
      used.push(coinflips)
      return coinflips
    },
    withNats: (work) => work(broker.url),
    messages: (uid) => readMessages(broker.url, uid),
    async close() {
      // The finalizers of the CoinFlips need all of them.
      if (has.metacontroller) {
        await Promise.all([nats.start(), service.start(), metacontroller.start()])
        for (const coinflips of used) await coinflips.removeAll()
      }
      await metacontroller.stop()
      await service.stop()
      await api.close()
      await broker.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
