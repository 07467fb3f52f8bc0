import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { KubeObject } from '../../../hack/kube/objects.ts'
import { startService } from '../../../hack/lib/service.ts'
import { makeAccessFolder } from './access-folder.ts'
import { compose } from './composed.ts'
import { countConnections } from './connections.ts'
import type { Environment } from './environment.ts'
import { commandsUnder, follow } from './guide.ts'
import { mountVolumes } from './kubelet.ts'
import { answersIn } from './metrics.ts'
import { until } from './until.ts'

const system = 'coinflip-system'
const takenUp = 'credentials reloaded'
const inSystem = ['--namespace', system, '--ignore-not-found']

/** The Deployment and the CompositeController of some components of access. */
async function composeAccess(env: Environment, components: readonly string[]) {
  const all = ['tls', ...components].map((name) => `manifests/components/${name}`)
  const objects = await compose(env, 'manifests/overlays/default', all)
  const named = (kind: string, name: string) =>
    objects.find((each) => each.kind === kind && each.metadata.name === name) as KubeObject
  return {
    deployment: named('Deployment', 'coinflip-operator'),
    endpoint: named('CompositeController', 'coinflip').spec.endpointConfigs[0],
  }
}

/**
 * A second service, held to its callers by components as docs/access.md has them switched on: with
 * the Secrets that its commands make, mounted as the Deployment says.
 */
export async function openSecured(t: Test, env: Environment, components: readonly string[]) {
  const hooks = env.hooks as NonNullable<Environment['hooks']>
  const folder = await makeAccessFolder(env.dir)
  // It is there already after another such case.
  await env.api.call('POST', '/api/v1/namespaces', { metadata: { name: system } })
  t.teardown(async () => {
    await hooks.lead()
    await env.kubectl('delete', 'secrets,configmaps', '--all', ...inSystem)
  })
  for (const commands of commandsUnder('Switch it on')) await follow(env, folder, commands)

  const { deployment, endpoint } = await composeAccess(env, components)
  const { authorization, clientTLS } = endpoint
  const volumes = await mountVolumes(env.api, deployment, mkdtempSync(join(env.dir, 'pod-')))
  // A short age, so that Metacontroller shows and is shown certificates again and again.
  const times = { RELOAD_INTERVAL_MS: '100', TLS_SESSION_AGE_MS: '1000' }
  const service = await env.withNats((NATS_URL) =>
    startService({ env: { ...volumes.settings, ...times, NATS_URL } }),
  )
  t.teardown(service.stop)
  const direct = new URL(service.url.replace('http:', 'https:'))
  const counter = await countConnections(direct)
  t.teardown(counter.close)

  const metrics = async () => (await fetch(`${service.adminUrl}/metrics`)).text()
  const answers = async () => answersIn(await metrics())
  const loads = () => service.log.filter((line) => line.includes(takenUp)).length

  /** Follows a step of docs/access.md, and waits until it has arrived and is at work. */
  async function step(commands: string): Promise<void> {
    const [before, { starts }] = [loads(), hooks.caller()]
    await follow(env, folder, commands)
    await volumes.refresh()
    const isPatch = commands.includes('patch compositecontroller')
    const arrived = () => (isPatch ? hooks.caller().starts > starts : loads() > before)
    await until(async () => arrived(), Boolean, `it arrives: ${commands}`)
    const [{ made }, done] = [counter, (await answers())[200] ?? 0]
    await until(
      async () => counter.made > made && ((await answers())[200] ?? 0) > done,
      Boolean,
      'Metacontroller has connected again and is answered',
    )
  }
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  return {
    folder,
    read,
    url: direct,
    metrics,
    /** The calls that were answered, by code. */
    answers,
    step,
    /** Has Metacontroller call it, with the credentials that the components say or without. */
    lead: (credentials: object = { authorization, clientTLS }) =>
      hooks.lead({ url: counter.url, ca: read('ca.crt'), credentials }),
  }
}
