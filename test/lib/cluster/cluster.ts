import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readVersion } from '../../../hack/kube/context.ts'
import { supportsMutatingAdmissionPolicy } from '../../../hack/kube/releases.ts'
import { onExitRemove } from '../../../hack/lib/exit.ts'
import { metricOf } from '../metrics.ts'
import { openApi } from './api.ts'
import { CoinFlips } from './coinflips.ts'
import { type Environment, skipUnless } from './environment.ts'
import { natsForward } from './forward.ts'
import { kubectlOf } from './kubectl.ts'
import { make, shellOf } from './make.ts'
import { readMessages } from './stream.ts'
import { workload } from './workload.ts'

const system = 'coinflip-system'
const pods = `/api/v1/namespaces/${system}/pods`

/** Opens the cluster of KUBECONFIG, to which the image IMG is deployed. */
export async function openCluster(): Promise<Environment> {
  const { KUBECONFIG = '', IMG = '', HELM_BIN } = process.env
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-e2e-'))
  const forget = onExitRemove(dir)
  const kubectl = kubectlOf('kubectl', KUBECONFIG, dir)
  const shell = shellOf(kubectl.env)
  const context = (await kubectl('config', 'current-context')).trim()
  const api = await openApi('kubectl', kubectl, dir)
  const { version } = await readVersion(kubectl.run)
  const policies = supportsMutatingAdmissionPolicy(version)
  const helm = HELM_BIN !== undefined
  const has = { cluster: true, metacontroller: true, manifests: true, policies, helm }
  const broker = natsForward(context)

  const nats = await workload(kubectl, system, 'statefulset/nats', 'nats')
  const name = 'coinflip-operator'
  const service = await workload(kubectl, system, `deployment/${name}`, name)
  const caller = 'metacontroller'
  const metacontroller = await workload(kubectl, caller, `statefulset/${caller}`, caller)
  const namespaces: string[] = []

  async function runMake(...words: string[]): Promise<void> {
    const { code, text } = await make(shell, ...words)
    if (code !== 0) throw new Error(`make ${words.join(' ')}: ${text}`)
  }
  async function metric(metricName: string): Promise<number> {
    const selector = `labelSelector=app.kubernetes.io/name=${name}`
    const { body } = await api.call<{ items: { metadata: { name: string } }[] }>(
      'GET',
      `${pods}?${selector}`,
    )
    const texts = body.items.map(async ({ metadata }) => {
      const answer = await api.call('GET', `${pods}/${metadata.name}:9090/proxy/metrics`)
      return answer.code === 200 ? metricOf(`${answer.body.message}`, metricName) : 0
    })
    return (await Promise.all(texts)).reduce((sum, count) => sum + count, 0)
  }

  return {
    mode: 'cluster',
    version,
    dir,
    kubectl,
    shell,
    api,
    nats,
    service: { ...service, metric },
    metacontroller,
    operator: {
      remove: () => runMake('undeploy'),
      forceRemove: () => runMake('undeploy', 'FORCE=1'),
      install: () => runMake('deploy', `IMG=${IMG}`),
    },
    needs: (...all) => skipUnless(all, has),
    coinflips: async (namespace) => {
      // An earlier run may have been interrupted.
      await kubectl('delete', 'namespace', '--ignore-not-found', namespace)
      await api.call('POST', '/api/v1/namespaces', { metadata: { name: namespace } })
      namespaces.push(namespace)
      return new CoinFlips(api, namespace)
    },
    withNats: broker.with,
    messages: (uid) => broker.with((url) => readMessages(url, uid)),
    close: async () => {
      // The finalizers of the CoinFlips need all of them.
      for (const part of [nats, service, metacontroller]) await part.start().catch(() => {})
      if (namespaces.length > 0)
        await kubectl('delete', 'namespace', '--ignore-not-found', ...namespaces)
      await broker.close()
      await api.close()
      await rm(dir, { recursive: true, force: true })
      forget()
    },
  }
}
