import type { AddressInfo } from 'node:net'
import t from 'tap'
import { awaitEstablished } from '../../hack/coinflips/crd.ts'
import { hostSelector } from '../../hack/metacontroller/composite.ts'
import { controllerOf, crdOf } from '../../server/metacontroller/index.ts'
import { fileOf } from '../lib/cluster/kubectl.ts'
import { ownKinds } from '../lib/metacontroller/controllers.ts'
import { openWorld } from '../lib/metacontroller/real.ts'
import { readTrace, writeTrace } from '../lib/metacontroller/recorded.ts'
import { namespaces, scenarios } from '../lib/metacontroller/scenarios.ts'
import { type TracedStep, traceScenario } from '../lib/metacontroller/trace.ts'
import { buildScenarioApp } from '../lib/metacontroller/world.ts'
import { env } from './environment.ts'

const [label = '', value] = hostSelector.split('=')
const apply = (objects: readonly object[], ...options: string[]) =>
  env.kubectl('apply', '--server-side', ...options, '-f', fileOf(env.dir, objects))

const listNamespaces = () =>
  Object.entries(namespaces).map(([name, labels]) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels },
  }))
const objectsOf = ({ step, objects }: TracedStep) => ({ step, objects })

t.test('the real Metacontroller', env.needs('metacontroller', 'host'), async (t) => {
  const crds = ownKinds.map(crdOf)
  await apply(crds, '--dry-run=server')
  t.pass('the API server accepts the generated CRDs')
  await apply(crds)
  await awaitEstablished(
    env.kubectl.run,
    crds.map(({ metadata }) => metadata.name),
  )
  for (const version of ['v2', 'v1'] as const)
    for (const [name, steps] of Object.entries(scenarios))
      await t.test(`does as recorded with hooks of ${version}: ${name}`, async (t) => {
        // A scenario changes the labels of one.
        await apply(listNamespaces(), '--force-conflicts')
        const served = await buildScenarioApp()
        t.teardown(() => served.app.close())
        await served.app.listen({ host: '127.0.0.1', port: 0 })
        const { port } = served.app.server.address() as AddressInfo
        const manifests = served.controllers.map((controller) => {
          const url = `http://127.0.0.1:${port}/${controller.name}`
          const manifest = controllerOf(controller, { url, version })
          return { ...manifest, metadata: { ...manifest.metadata, labels: { [label]: value } } }
        })
        await apply(manifests, '--dry-run=server')
        t.pass('the API server accepts the generated controllers')
        await apply(manifests)
        t.teardown(() => env.kubectl('delete', '--wait', '-f', fileOf(env.dir, manifests)))

        const traced = await traceScenario(steps, openWorld(env.api, served), served)
        if (version === 'v2' && process.env.RECORD) writeTrace(name, traced)
        const recorded = readTrace(name)
        const what = 'if not, look at the difference, then RECORD=1 make e2e'
        // In a call of v1 the keys of objects are others.
        if (version === 'v1') t.same(traced.map(objectsOf), recorded.map(objectsOf))
        else t.same(traced, recorded, what)
      })
})
