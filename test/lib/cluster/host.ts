import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBroker } from '../../../hack/lib/broker.ts'
import { onExitRemove } from '../../../hack/lib/exit.ts'
import { freePort } from '../../../hack/lib/free-port.ts'
import { startService } from '../../../hack/lib/service.ts'
import { startControlPlane } from '../plane/kubernetes.ts'
import { openApi } from './api.ts'
import { CoinFlips } from './coinflips.ts'
import { type Environment, skipped } from './environment.ts'
import { hostOperator } from './host-operator.ts'
import { kubectlOf } from './kubectl.ts'
import { shellOf } from './make.ts'
import { startMetacontroller } from './metacontroller.ts'
import { metricOf } from './metrics.ts'
import { readMessages } from './stream.ts'

function setting(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set; \`npm run e2e\` finds what it names`)
  return value
}

/** Something that is started and ended again and again, once at a time. */
function partOf<T>(launch: () => Promise<T>, end: (it: T) => Promise<unknown>, running?: T) {
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

/** Everything as processes on loopback: a control plane, a broker, the service, Metacontroller. */
export async function openHost(): Promise<Environment> {
  const { METACONTROLLER_BIN, METACONTROLLER_MANIFESTS: metacontrollerManifests } = process.env
  const assets = setting('KUBEBUILDER_ASSETS')
  const binary = join(assets, 'kubectl')
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-e2e-'))
  onExitRemove(dir)

  // What fails here ends the process, and with it all that was started before.
  const broker = await startBroker({ binary: setting('NATS_SERVER_BIN') })
  const plane = await startControlPlane({ assets })
  const kubectl = kubectlOf(binary, plane.kubeconfig, dir)
  const api = await openApi(binary, kubectl, dir)
  const restarted = () => broker.restart().then(() => broker)
  const nats = partOf(restarted, broker.kill, broker)
  const PORT = String(await freePort())
  const service = partOf(
    () => startService({ env: { LOG_LEVEL: 'debug', NATS_URL: broker.url, PORT } }),
    (present) => present.kill(),
  )
  const metacontroller = partOf(
    async () =>
      METACONTROLLER_BIN && metacontrollerManifests
        ? startMetacontroller(METACONTROLLER_BIN, plane.kubeconfig, kubectl)
        : undefined,
    async (present) => present?.kill(),
  )
  const url = new URL(`http://127.0.0.1:${PORT}`)
  const operator = await hostOperator({ kubectl, api, dir, url, metacontrollerManifests })
  await Promise.all([operator.install(), service.start(), metacontroller.start()])
  const has = {
    host: true,
    cluster: false,
    metacontroller: metacontroller.present() !== undefined,
    manifests: metacontrollerManifests !== undefined,
  }

  return {
    mode: 'host',
    dir,
    kubectl,
    shell: shellOf({ ...kubectl.env, NATS_URL: broker.url }),
    api,
    operator,
    hooks: {
      url,
      lead: operator.lead,
      // One that was built by hand may not know its own.
      callerVersion: () =>
        metacontroller.present()?.version || process.env.METACONTROLLER_VERSION || 'unknown',
      caller() {
        const present = metacontroller.present()
        if (!present) throw new Error('there is no Metacontroller')
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
    needs: (...all) => skipped(all, has),
    async coinflips(namespace) {
      await api.call('POST', '/api/v1/namespaces', { metadata: { name: namespace } })
      return new CoinFlips(api, namespace)
    },
    withNats: (work) => work(broker.url),
    messages: (uid) => readMessages(broker.url, uid),
    async close() {
      await metacontroller.stop()
      await service.stop()
      await api.close()
      await plane.stop()
      await broker.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
