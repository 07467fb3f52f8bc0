import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import t from 'tap'
import { diagnose } from '../../../hack/doctor/diagnose.ts'
import { linesOf } from '../../../hack/doctor/finding.ts'
import { wantedCrd, wantedPolicies } from '../../../hack/doctor/objects.ts'
import type { KubeObject } from '../../../hack/kube/objects.ts'
import { readManifests } from '../../../hack/lib/manifests.ts'
import type { Version } from '../../../hack/lib/version.ts'
import { deployedFlags, pinnedImage } from '../../../hack/metacontroller/metacontroller.ts'
import { program, scratch } from '../../lib/scratch.ts'
import { type Answers, fakeKubectl } from './fake-kubectl.ts'

/** A workload with two pods, all ready. */
const workload = (
  kind: string,
  name: string,
  container: object,
  { ready = 2, replicas = 2 } = {},
): KubeObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, namespace: `ns-${name}` },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { spec: { containers: [container] } },
  },
  status: { readyReplicas: ready },
})

const fast = ['--leader-election', ...deployedFlags]
const metacontroller = (image: string, args: string[] = fast, pods = {}) => ({
  items: [workload('StatefulSet', 'metacontroller', { image, args }, pods)],
})
const settings = [{ configMapRef: { name: 'settings' } }]
const operator = (pods = {}) =>
  workload('Deployment', 'coinflip-operator', { image: 'mine:1', envFrom: settings }, pods)
const pod = { metadata: { name: 'p' }, status: { conditions: [{ type: 'Ready', status: 'True' }] } }
const [composite] = readManifests('CompositeController', 'controller/')
const metrics = 'get --raw /api/v1/namespaces/ns-coinflip-operator/pods/p:9090/proxy/metrics'
const workloads = 'get statefulsets.apps,deployments.apps'
const theComposite = 'get compositecontrollers.metacontroller.k8s.io coinflip'

/** The CompositeController of a `make run`. */
const runBy = (by: string) => ({
  ...composite,
  metadata: {
    labels: { 'games.example.com/runs-on': 'host' },
    annotations: { 'games.example.com/run-by': by },
  },
})

/** A healthy cluster with a NATS server that only the pods reach. */
function healthy(version: Version = [1, 36, 3]): Answers {
  const objects = [wantedCrd(version), ...wantedPolicies(version)]
  return {
    [workloads]: metacontroller(pinnedImage),
    ...Object.fromEntries(objects.map((each) => [`get ${each.kind} ${each.metadata.name}`, each])),
    [theComposite]: composite,
    'get deployment coinflip-operator': operator(),
    'get configmap settings': { data: { NATS_URL: 'nats://far:4222' } },
    'get pods': { items: [pod] },
    [metrics]: 'coinflip_nats_connected 1\ncoinflip_stream_config_valid 1\n',
    'get coinflips.games.example.com': 'ns\ta\t\t\t1\t1\tTrue\t1\tPublished\tx\n',
  }
}

/** Runs the doctor against a fake cluster; returns its lines. */
async function diagnosed(answers: Answers, version: Version = [1, 36, 3]) {
  const kubectl = fakeKubectl(answers)
  const lines: string[] = []
  const cluster = { context: 'home', namespace: 'default', version, kubectl }
  for await (const finding of diagnose(cluster, {})) lines.push(...linesOf(finding, false))
  return lines
}

const wordsOf = (lines: readonly string[]) => lines.map((line) => line.split(/ +/, 2).join(' '))
const troubleIn = (lines: readonly string[]) => lines.filter((line) => !/^(ok|skipped) /.test(line))

t.before(async () => {
  const service = createServer((request, response) => {
    request.resume()
    response.end('{"status": {}}')
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  const { port } = service.address() as AddressInfo
  const dir = await scratch(t)
  await program(dir, 'kubectl', `echo "Forwarding from 127.0.0.1:${port} -> 1"; exec sleep 60`)
  const { PATH } = process.env
  process.env.PATH = `${dir}:${PATH}`
  t.teardown(() => {
    process.env.PATH = PATH
    service.close()
  })
})

t.test('finds a deployment healthy', async (t) => {
  const lines = await diagnosed(healthy())
  t.same(troubleIn(lines), [])
  t.same(wordsOf(lines), [
    ...['ok cluster', 'ok Metacontroller', 'ok CRD'],
    ...[...Array(3).fill('ok admission'), 'ok controller'],
    ...['ok service', 'ok service', 'ok NATS', 'ok NATS', 'ok CoinFlips'],
  ])
})

t.test('warns when the period of the resync is short for the number of CoinFlips', async (t) => {
  const name = 'get coinflips.games.example.com'
  const answers = healthy()
  const lines = await diagnosed({ ...answers, [name]: String(answers[name]).repeat(13_501) })
  t.match(troubleIn(lines), [/^warning +CoinFlips .* all 13501 CoinFlips/, /Seconds .* to 91$/])
})

t.test('names what an empty cluster lacks', async (t) => {
  const unknown = new Error('the server does not have a resource type "coinflips"')
  const lines = await diagnosed({ 'get coinflips.games.example.com': unknown })
  const missing = (part: string) => [`failure ${part}`, ' ->']
  t.same(wordsOf(lines), [
    ...['ok cluster', ...missing('Metacontroller'), ...missing('CRD')],
    ...Array.from({ length: 3 }, () => missing('admission')).flat(),
    ...[...missing('controller'), 'skipped service', 'skipped NATS', 'skipped CoinFlips'],
  ])
})

t.test('skips what another machine serves', async (t) => {
  const lines = await diagnosed({ ...healthy(), [theComposite]: runBy('far/1') })
  t.same(troubleIn(lines), [])
  const there = lines.filter((line) => /^skipped .* it runs on far/.test(line))
  t.same(wordsOf(there), ['skipped Metacontroller', 'skipped service', 'skipped NATS'])
})

t.test('warns before Kubernetes 1.36, and refuses what is older than 1.33', async (t) => {
  for (const [version, ...trouble] of [
    [[1, 35, 0], /^warning +cluster +before Kubernetes 1\.36/],
    [
      [1, 33, 0],
      /^warning +cluster +before Kubernetes 1\.36/,
      /^warning +cluster +before Kubernetes 1\.35/,
    ],
    [[1, 32, 9], /^failure +cluster .*1\.32\.9/],
  ] as const) {
    const lines = troubleIn(await diagnosed(healthy(version), version))
    t.match(lines, trouble, version.join('.'))
    t.equal(lines.length, trouble.length)
  }
})

t.test('names each fault where it is, and only there', async (t) => {
  const ours = { data: { NATS_URL: 'nats://nats:4222' } }
  for (const [name, changes, trouble] of [
    [
      'an old Metacontroller',
      { [workloads]: metacontroller('metacontroller:v4.16.0') },
      [/^failure +Metacontroller .*4\.16\.0.* 4\.17\.2 or later is needed/],
    ],
    [
      'a slow Metacontroller whose pods are all active',
      { [workloads]: metacontroller(pinnedImage, []) },
      [
        /^warning +Metacontroller .* 5 workers .*--workers=50/,
        /^failure +Metacontroller .* 2 active pods: --leader-election/,
      ],
    ],
    [
      'a Metacontroller without pods',
      { [workloads]: metacontroller(pinnedImage, fast, { ready: 0 }) },
      [/^failure +Metacontroller +0 of 2/, /--namespace ns-meta\S+ describe statefulset metacontr/],
    ],
    [
      'a pod that does not start',
      { 'get deployment coinflip-operator': operator({ ready: 1 }) },
      [/^warning +service +1 of 2 pods of coinflip-operator/, /describe deployment coinflip/],
    ],
    [
      'a service scaled to nothing',
      { 'get deployment coinflip-operator': operator({ replicas: 0 }) },
      [/^failure +service .*is scaled to 0/, /scale deployment coinflip-operator --replicas=1/],
    ],
    [
      'a pod without NATS',
      { [metrics]: 'coinflip_nats_connected 0\n' },
      [/^failure +NATS +0 of 1 pods are connected/, /-> .*logs deployment\/coinflip-operator/],
    ],
    ['a login that may see no pods', { 'get pods': new Error('pods is forbidden') }, []],
    [
      'NATS that was scaled down',
      {
        'get configmap settings': ours,
        'get statefulset nats': workload('StatefulSet', 'nats', {}, { replicas: 0 }),
      },
      [/^failure +NATS .*nats is scaled to 0/, /scale statefulset nats --replicas=1/],
    ],
    [
      'NATS that was deleted',
      { 'get configmap settings': ours },
      [/^failure +NATS .*nats:4222 is configured, and there is no such server/],
    ],
    [
      'a CompositeController that was lost',
      { [theComposite]: undefined },
      [/^failure +controller/, /-> make deploy IMG=mine:1/],
    ],
    [
      'a `make run` that has ended',
      { [theComposite]: runBy(`${hostname()}/999999999`) },
      [
        /^failure +Metacontroller +the `make run` that served this cluster has ended/,
        /-> make run$/,
      ],
    ],
  ] as const) {
    const lines = troubleIn(await diagnosed({ ...healthy(), ...changes }))
    t.match(lines, trouble, name)
    t.equal(lines.length, trouble.length, `${name}, and no more: ${lines.join('\n')}`)
  }
})
