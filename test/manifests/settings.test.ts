import t from 'tap'
import { type Manifest, readDocuments, readManifests } from '../../hack/lib/manifests.ts'
import { Config } from '../../server/config.ts'

interface Port {
  name?: string
  port?: number | string
  targetPort?: string
  containerPort?: number
}
interface Workload {
  template: {
    spec: {
      terminationGracePeriodSeconds: number
      containers: {
        env?: { name: string; value: string }[]
        ports?: Port[]
        volumeMounts?: { mountPath: string }[]
        readinessProbe?: { httpGet: { port: string } }
        livenessProbe?: { httpGet: { port: string } }
        lifecycle?: { preStop: { sleep: { seconds: number } } }
      }[]
    }
  }
}

const container = (deployment?: Manifest<Workload>) => deployment?.spec.template.spec.containers[0]
const envOf = (deployment?: Manifest<Workload>) =>
  Object.fromEntries(container(deployment)?.env?.map(({ name, value }) => [name, value]) ?? [])

const [base] = readManifests<Workload>('Deployment', 'base/')
const env = envOf(base)
const ports = container(base)?.ports
const [{ configMapGenerator }] = readDocuments('base/kustomization.yaml') as [
  { configMapGenerator: { literals: string[] }[] },
]
const literals = configMapGenerator.flatMap(({ literals }) => literals.map((it) => it.split('=')))

t.test('every variable is a setting of the service', async (t) => {
  const names = readManifests<Workload>('Deployment').flatMap((each) => Object.keys(envOf(each)))
  // Node's own.
  for (const name of [...names, ...literals.map(([name = '']) => name)])
    t.ok(name in Config.properties || name === 'NODE_OPTIONS', name)
})

t.test('ports have names and the numbers of the settings', async (t) => {
  t.match(
    env,
    { HOST: '::', NODE_ENV: 'production' },
    'reachable from outside the pod, over IPv6 and IPv4',
  )
  for (const [name, setting] of [
    ['hook', env.PORT],
    ['admin', env.ADMIN_PORT],
  ] as const)
    t.equal(`${ports?.find((port) => port.name === name)?.containerPort}`, setting, name)
  const [service] = readManifests<{ ports: Port[] }>('Service', 'base/')
  const [policy] = readManifests<{ ingress: { ports: Port[] }[] }>('NetworkPolicy', 'base/')
  const names = ports?.map(({ name }) => name)
  t.same(
    service?.spec.ports.map(({ targetPort }) => targetPort),
    names,
    'the Service has each',
  )
  t.same(
    policy?.spec.ingress.flatMap((rule) => rule.ports.map(({ port }) => port)),
    names,
    'the policy opens each',
  )
  t.equal(container(base)?.readinessProbe?.httpGet.port, 'admin', 'ready by the second port')
  t.equal(container(base)?.livenessProbe?.httpGet.port, 'admin', 'alive by the second port')
})

t.test('NATS_URL is the Service of manifests/nats, and the NetworkPolicy allows it', async (t) => {
  const url = new URL(literals.find(([name]) => name === 'NATS_URL')?.[1] ?? '')
  const [service] = readManifests<{ ports: Port[] }>('Service', 'nats/')
  const [policy] = readManifests<{ egress: { ports: Port[] }[] }>('NetworkPolicy', 'base/')
  t.equal(url.hostname, service?.metadata.name, 'in its own namespace, whatever its name')
  t.equal(Number(url.port), service?.spec.ports[0]?.port)
  const allowed = policy?.spec.egress.flatMap((rule) => rule.ports.map(({ port }) => `${port}`))
  t.ok(allowed?.includes(url.port), 'the policy allows it')
})

t.test('the files of a component are in its volumes', async (t) => {
  const components = readManifests<Workload>('Deployment', 'components/').filter(
    ({ metadata }) => metadata.name === 'coinflip-operator',
  )
  t.equal(components.length, 4)
  for (const component of components) {
    const folder = container(component)?.volumeMounts?.[0]?.mountPath
    for (const [name, path] of Object.entries(envOf(component)))
      t.ok(path.startsWith(`${folder}/`), `${name} of ${component.file}`)
  }
})

t.test('the grace period of a pod exceeds the time of its shutdown', async (t) => {
  const drainSeconds = 10 // a call under way may take as long as Metacontroller waits for it
  const sleepSeconds = container(base)?.lifecycle?.preStop.sleep.seconds ?? 0
  t.ok(sleepSeconds > 0, 'the pod stops after it has left the endpoints')
  const graceSeconds = base?.spec.template.spec.terminationGracePeriodSeconds ?? 0
  t.ok(graceSeconds >= sleepSeconds + drainSeconds)
})
