import t, { type Test } from 'tap'
import { imageReplacement } from '../../hack/deploy/compose.ts'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { copyChart, helmOf } from '../lib/chart.ts'
import { assertStored } from '../lib/cluster/assert-stored.ts'
import { env } from './environment.ts'

const { HELM_BIN = '', IMG = '', METACONTROLLER_MANIFESTS = '' } = process.env
const coinflips = await env.coinflips('e2e-helm')
const system = ['--namespace', 'coinflip-system']
const ready = ['--wait', '--timeout', '4m']
const helm = helmOf(HELM_BIN, env.dir, env.kubectl.env)

/** What Helm prints; throws its error. */
async function demand(...args: string[]): Promise<string> {
  const { stdout, stderr, failure } = await helm(...args)
  if (failure !== undefined) throw new Error(`helm ${args.join(' ')}: ${stdout}${stderr}`)
  return stdout
}

/** Waits until the pods before are gone, which answer calls until they end. */
async function podsReplaced(): Promise<void> {
  const selector = ['--selector', 'app.kubernetes.io/name=coinflip-operator']
  await waitFor(
    () => env.kubectl('get', 'pods', ...system, ...selector, '-o', 'name'),
    (names) => names.trim().split('\n').length === 2,
    { what: 'the pods before are gone' },
  )
}

/** Appends a run of tails, and asserts that its notification is stored. */
async function assertNotified(t: Test, name: string): Promise<void> {
  await coinflips.append(name, 'HTTT')
  await assertStored(t, env, await coinflips.settled(name, 120_000))
}

t.test(
  'installs, upgrades, rolls back and uninstalls by Helm',
  env.needs('cluster', 'helm'),
  async (t) => {
    const { newName = '', newTag = '', digest = '' } = imageReplacement(IMG)
    const image = { repository: newName, tag: newTag, digest }
    const chart = copyChart(env.dir)
    const values = ['--set-json', `image=${JSON.stringify(image)}`, '--set', 'nats.volume=false']

    await env.operator.remove()
    await env.kubectl('apply', '-k', METACONTROLLER_MANIFESTS)
    t.teardown(async () => {
      await env.kubectl('delete', '-k', METACONTROLLER_MANIFESTS, '--ignore-not-found')
      await env.operator.install()
    })
    // The CRD is still that of kubectl, since there are CoinFlips.
    const install = ['install', 'coinflip', chart, ...system, '--create-namespace', ...values]
    t.match(await demand(...install, '--take-ownership', ...ready), 'STATUS: deployed')
    const { metadata } = await coinflips.create('lucky', 'TTT')
    await assertStored(t, env, await coinflips.settled('lucky', 120_000))

    const changed = ['--set', 'settings.CLUSTER_NAME=east', '--reuse-values']
    await demand('upgrade', 'coinflip', chart, ...system, ...changed, ...ready)
    await podsReplaced()
    await assertNotified(t, 'lucky')
    await demand('rollback', 'coinflip', '1', ...system, ...ready)
    await podsReplaced()
    await assertNotified(t, 'lucky')
    const sources = (await env.messages(metadata.uid)).map(({ event }) => event.source)
    t.same(
      sources.map((source) => source?.startsWith('//east/')),
      [false, true, false],
      'the setting applied to the upgrade only',
    )

    await env.nats.stop()
    await coinflips.create('pending', 'TTT')
    await coinflips.notified('pending', 'BrokerUnavailable')
    await coinflips.remove('pending')
    const refusal = await helm('uninstall', 'coinflip', ...system)
    t.match(
      refusal.stdout + refusal.stderr,
      'CoinFlips in deletion with pending notifications: e2e-helm/pending. ',
      'Helm prints what to do',
    )
    await env.nats.start()
    await coinflips.gone('pending', 120_000)

    t.match(await demand('uninstall', 'coinflip', ...system), 'release "coinflip" uninstalled')
    const kinds = 'deployments,statefulsets,jobs,serviceaccounts,compositecontrollers'
    const roles = 'clusterroles,validatingadmissionpolicies,mutatingadmissionpolicies'
    const selector = ['--selector', 'app.kubernetes.io/part-of=coinflip-operator']
    t.equal(await env.kubectl('get', `${kinds},${roles}`, '-A', ...selector, '-o', 'name'), '')
    const { spec, metadata: left } = (await coinflips.get('lucky')) ?? {}
    t.equal(spec?.flips.length, 11, 'the CoinFlip stays')
    t.same(left?.finalizers ?? [], [])
    await coinflips.remove('lucky')
    await coinflips.gone('lucky')
  },
)
