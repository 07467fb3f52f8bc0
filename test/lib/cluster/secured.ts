import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { KubeObject } from '../../../hack/kube/objects.ts'
import { startService } from '../../../hack/lib/service.ts'
import { waitFor } from '../../../hack/lib/wait-for.ts'
import { answersIn } from '../metrics.ts'
import { startRelay } from '../relay.ts'
import { makeAccessFolder } from './access-folder.ts'
import { compose } from './composed.ts'
import type { Environment } from './environment.ts'
import { commandsUnder, runCommands } from './guide.ts'
import { mountVolumes } from './kubelet.ts'

const system = 'coinflip-system'
const reloaded = 'credentials reloaded'
const inSystem = ['--namespace', system, '--ignore-not-found']

/** The Deployment and the sync hook of the CompositeController with some access components. */
async function composeAccess(env: Environment, components: readonly string[]) {
  const all = ['tls', ...components].map((name) => `manifests/components/${name}`)
  const objects = await compose(env, 'manifests/overlays/default', all)
  const named = (kind: string, name: string) =>
    objects.find((each) => each.kind === kind && each.metadata.name === name) as KubeObject
  return {
    deployment: named('Deployment', 'coinflip-operator'),
    webhook: named('CompositeController', 'coinflip').spec.hooks.sync.webhook,
  }
}

/**
 * Starts a second service with access components as docs/how-to/access.md describes them: its commands
 * create the Secrets, which are mounted as in the Deployment.
 */
export async function startSecured(t: Test, env: Environment, components: readonly string[]) {
  const hooks = env.hooks as NonNullable<Environment['hooks']>
  const folder = await makeAccessFolder(env.dir)
  // It exists already after another such case.
  await env.api.call('POST', '/api/v1/namespaces', { metadata: { name: system } })
  t.teardown(async () => {
    await hooks.redirect()
    await env.kubectl('delete', 'secrets,configmaps', '--all', ...inSystem)
  })
  for (const heading of ['Enable it', 'A certificate of your own'])
    for (const commands of commandsUnder(heading)) await runCommands(env, folder, commands)

  const { deployment, webhook } = await composeAccess(env, components)
  const { authorization, clientTLS } = webhook
  const volumes = await mountVolumes(env.api, deployment, mkdtempSync(join(env.dir, 'pod-')))
  // A short age, so that Metacontroller connects again and again.
  const times = { RELOAD_INTERVAL_MS: '100', TLS_SESSION_AGE_MS: '1000' }
  const service = await env.withNats((NATS_URL) =>
    startService({ env: { ...volumes.settings, ...times, NATS_URL } }),
  )
  t.teardown(service.stop)
  const direct = new URL(service.url.replace('http:', 'https:'))
  const counter = await startRelay(() => Number(direct.port))
  t.teardown(counter.close)
  const url = new URL(`https://127.0.0.1:${counter.port}`)

  const metrics = async () => (await fetch(`${service.adminUrl}/metrics`)).text()
  const answers = async () => answersIn(await metrics())
  const loads = () => service.log.filter((line) => line.includes(reloaded)).length

  /** Runs a step of docs/how-to/access.md, and waits until it is in effect. */
  async function step(commands: string): Promise<void> {
    const [before, { starts }] = [loads(), hooks.metacontroller()]
    await runCommands(env, folder, commands)
    await volumes.refresh()
    const isPatch = commands.includes('patch compositecontroller')
    const isInEffect = () => (isPatch ? hooks.metacontroller().starts > starts : loads() > before)
    await waitFor(async () => isInEffect(), Boolean, { what: `it is in effect: ${commands}` })
    const [made, done] = [counter.made(), (await answers())[200] ?? 0]
    await waitFor(
      async () => counter.made() > made && ((await answers())[200] ?? 0) > done,
      Boolean,
      { what: 'Metacontroller has connected again and is answered' },
    )
  }
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  return {
    folder,
    read,
    url: direct,
    metrics,
    /** The number of answered calls by status code. */
    answers,
    step,
    /** Redirects the hooks to it, by default with the credentials of the components. */
    redirect: (credentials: object = { authorization, clientTLS }) =>
      hooks.redirect({ url, ca: read('ca.crt'), credentials }),
  }
}
