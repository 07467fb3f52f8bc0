import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { wantedPolicies } from '../../../hack/doctor/admission.ts'
import { type Known, runCheck } from '../../../hack/doctor/check.ts'
import { checks } from '../../../hack/doctor/checks.ts'
import { wantedComposite } from '../../../hack/doctor/composite.ts'
import { wantedCrd } from '../../../hack/doctor/crd.ts'
import type { Environment } from '../../../hack/doctor/environment.ts'
import { linesOf } from '../../../hack/doctor/report.ts'
import type { Cluster } from '../../../hack/kube/context.ts'
import type { KubeObject } from '../../../hack/kube/objects.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { pinnedImage } from '../../../hack/metacontroller/metacontroller.ts'
import { program, scratch } from '../../lib/scratch.ts'
import { type Answers, fakeKubectl } from './fake-kubectl.ts'

const composites = 'compositecontrollers.metacontroller.k8s.io'
const raw = '/api/v1/namespaces/coinflip-system'

/** A workload with all pods ready. */
function workload(kind: string, name: string, container: object): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace: 'coinflip-system' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: { spec: { containers: [container] } },
    },
    status: { readyReplicas: 2 },
  }
}

const args = ['--leader-election', '--workers=50', '--client-go-qps=200', '--client-go-burst=400']
const containers = [{ image: pinnedImage, args }]
const listed = ['StatefulSet', 'metacontroller', 'metacontroller', '2', '{}']
const pod = { metadata: { name: 'p' }, status: { conditions: [{ type: 'Ready', status: 'True' }] } }
const crd = {
  ...wantedCrd(),
  status: { conditions: [{ type: 'Established', status: 'True' }] },
}

/** A healthy cluster with a NATS server that only the pods reach. */
function healthy(): Answers {
  const policies = wantedPolicies(true).flatMap(({ wanted, binding }) => [wanted, binding])
  return {
    'get statefulsets.apps,deployments.apps': `${[...listed, JSON.stringify(containers)].join('\t')}\n`,
    'get statefulset metacontroller': workload(
      'StatefulSet',
      'metacontroller',
      containers[0] ?? {},
    ),
    'get crd coinflips.games.example.com': crd,
    ...Object.fromEntries(policies.map((each) => [`get ${each.kind} ${each.metadata.name}`, each])),
    [`get ${composites} coinflip`]: wantedComposite(),
    'get deployment coinflip-operator': workload('Deployment', 'coinflip-operator', {
      image: 'mine:1',
      envFrom: [{ configMapRef: { name: 'settings' } }],
    }),
    'get configmap settings': { data: { NATS_URL: 'nats://far:4222' } },
    'get pods': { items: [pod] },
    [`get --raw ${raw}/pods/p:9090/proxy/metrics`]:
      'coinflip_nats_connected 1\ncoinflip_stream_config_valid 1\n',
    'get service coinflip-operator': { spec: { ports: [{ port: 8080 }] } },
    'get endpointslices': { items: [{ endpoints: [{ conditions: { ready: true } }] }] },
    [`get --raw ${raw}/services/http:coinflip-operator:admin/proxy/readyz`]: 'ready\n',
    'logs deployment/coinflip-operator': '{"serverVersion":"2.15.1","msg":"NATS connected"}',
    'get coinflips.games.example.com': (args: string[]) =>
      args.at(-1)?.includes('range') ? 'ns\ta\t1\t1\tTrue\tPublished\tx\n' : '1 2',
  }
}

/** A service that answers a sync call. */
async function serve(t: Test): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume()
    response.end('{"status": {}}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  return server
}

/** Runs the doctor against a fake cluster; returns its lines. */
async function diagnose(
  t: Test,
  answers: Answers,
  environment: Partial<Environment> = {},
): Promise<string[]> {
  const { port } = (await serve(t)).address() as AddressInfo
  const kubectl = fakeKubectl(answers)
  const cluster: Cluster = { context: 'home', namespace: 'default', version: [1, 36, 3], kubectl }
  const known: Partial<Known> = {}
  const lines: string[] = []
  for (const check of checks({
    env: {},
    connect: async () => cluster,
    processes: async () => '',
    forward: async () => ({ port, stop: async () => {} }),
    ...environment,
  }))
    for await (const finding of runCheck(check, known))
      lines.push(...linesOf(check.name, finding, false))
  return lines
}

const wordsOf = (lines: readonly string[]) => lines.map((line) => line.split(/ +/, 2).join(' '))
const troubleIn = (lines: readonly string[]) => lines.filter((line) => !/^(ok|skipped) /.test(line))

t.before(async () => {
  const dir = await scratch(t)
  const { PATH } = process.env
  t.teardown(() => {
    process.env.PATH = PATH
  })
  const said = '{"clientVersion": {"gitVersion": "v1.36.0"}}'
  await program(dir, 'kubectl', `echo '${said}'`)
  process.env.PATH = `${dir}:${PATH}`
})

t.test('finds a deployment healthy', async (t) => {
  const lines = await diagnose(t, healthy())
  t.same(troubleIn(lines), [])
  t.same(wordsOf(lines), [
    ...['ok tools', 'ok tools', 'ok cluster'],
    ...['ok Metacontroller', 'ok Metacontroller', 'ok Metacontroller'],
    ...['ok CRD', 'ok admission', 'ok admission', 'ok controller', 'ok pods'],
    ...['ok service', 'ok service', 'ok service', 'ok certificate'],
    ...['ok NATS', 'ok NATS', 'ok CoinFlips'],
  ])
  t.match(lines.join('\n'), 'nats-server 2.15.1', 'by the log of the service')
})

t.test('names what an empty cluster lacks', async (t) => {
  const unknown = new Error('the server does not have a resource type "coinflips"')
  const lines = await diagnose(t, { 'get coinflips.games.example.com': unknown })
  t.same(wordsOf(lines).slice(2), [
    ...['ok cluster', 'failure Metacontroller', ' ->', 'failure CRD', ' ->'],
    ...['failure admission', ' ->', 'failure admission', ' ->', 'failure controller', ' ->'],
    ...['skipped pods', 'skipped service', 'skipped certificate', 'skipped NATS'],
    'skipped CoinFlips',
  ])
})

t.test('skips what another machine serves', async (t) => {
  const composite = wantedComposite()
  composite.metadata.labels = { 'games.example.com/runs-on': 'host' }
  composite.metadata.annotations = { 'games.example.com/run-by': 'far/1' }
  const found = { [`get ${composites} coinflip`]: composite }
  const lines = await diagnose(t, { ...healthy(), ...found })
  t.same(troubleIn(lines), [])
  const there = lines.filter((line) => /^skipped .* on far: run `make doctor` there/.test(line))
  t.same(wordsOf(there), ['skipped Metacontroller', 'skipped service', 'skipped NATS'])
})

t.test('skips the other checks without a cluster', async (t) => {
  const connect = () =>
    Promise.reject(new UserError('context home: https://a does not answer: refused'))
  const lines = await diagnose(t, {}, { connect })
  t.match(troubleIn(lines), [/^failure +cluster +context home/, /-> kubectl config get-contexts/])
  t.equal(lines.filter((line) => line.startsWith('skipped')).length, 9, 'the rest waits')
})

t.test('names each fault where it is, and only there', async (t) => {
  const slow = [{ image: 'metacontroller:v4.16.0' }]
  for (const [name, changes, trouble] of [
    [
      'an old and slow Metacontroller',
      {
        'get statefulsets.apps,deployments.apps': `${[...listed, JSON.stringify(slow)].join('\t')}\n`,
        'get statefulset metacontroller': workload('StatefulSet', 'metacontroller', slow[0] ?? {}),
      },
      [
        /^failure +Metacontroller .*older than/,
        /^failure +Metacontroller .*leader-election/,
        /-> kubectl --namespace metacontroller describe statefulset metacontroller/,
        /^warning +Metacontroller +5 workers/,
        /-> kubectl --namespace metacontroller edit statefulset metacontroller/,
      ],
    ],
    [
      'a Service without endpoints',
      { 'get endpointslices': { items: [] } },
      [/^failure +service .*0 of 0 endpoints/, /get pods/],
    ],
    [
      'a pod without NATS',
      { [`get --raw ${raw}/pods/p:9090/proxy/metrics`]: 'coinflip_nats_connected 0\n' },
      [/^failure +NATS +0 of 1 pods are connected/, /logs deployment\/coinflip-operator/],
    ],
    [
      'a service that is not ready',
      {
        [`get --raw ${raw}/services/http:coinflip-operator:admin/proxy/readyz`]: new Error('503'),
      },
      [/^failure +service +does not report ready: 503/, /logs/],
    ],
    [
      'a login that may see no pods',
      { 'get pods': new Error('pods is forbidden') },
      [/-> NATS_URL= make doctor/],
    ],
    [
      'NATS that was scaled down',
      {
        'get configmap settings': { data: { NATS_URL: 'nats://nats.coinflip-system.svc:4222' } },
        'get statefulset nats': { ...workload('StatefulSet', 'nats', {}), spec: { replicas: 0 } },
      },
      [/^failure +NATS +nats is scaled to 0/, /scale statefulset nats --replicas=1/],
    ],
    [
      'a CompositeController that was lost',
      { [`get ${composites} coinflip`]: undefined },
      [/^failure +controller/, /-> make deploy IMG=mine:1/],
    ],
  ] as const) {
    const lines = await diagnose(t, { ...healthy(), ...changes })
    t.match(troubleIn(lines), trouble, name)
    t.equal(troubleIn(lines).length, trouble.length, `${name}, and no more`)
  }
})
