import { hostname } from 'node:os'
import t from 'tap'
import { wantedComposite } from '../../../hack/doctor/composite.ts'
import { judgePods, readMetrics } from '../../../hack/doctor/pods.ts'
import {
  judgeAnswer,
  judgeEndpoints,
  judgeStoppedRun,
  targetOf,
} from '../../../hack/doctor/service.ts'
import type { KubeObject } from '../../../hack/kube/objects.ts'
import { expectFinding } from './expect-finding.ts'

for (const [url, target] of [
  ['http://a.b.svc:8080/sync', { name: 'a', namespace: 'b', port: 8080 }],
  ['https://a.b.svc.cluster.local/sync', { name: 'a', namespace: 'b', port: 443 }],
  ['http://a.b.svc/sync', { name: 'a', namespace: 'b', port: 80 }],
  ['http://example.com/sync', undefined],
] as const)
  t.same(targetOf(new URL(url)), target, url)

const target = { name: 'a', namespace: 'b', port: 8080 }
const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'a' },
  spec: { ports: [{ port: 8080 }] },
}
const endpoints = (...ready: boolean[]) => [
  { endpoints: ready.map((each) => ({ conditions: { ready: each } })) },
]
for (const [name, found, port, slices, ...expected] of [
  ['ready', service, 8080, endpoints(true, false), 'ok', /Service b\/a has 1 of 2 endpoints ready/],
  ['none ready', service, 8080, endpoints(false), 'failure', /0 of 1/, /--namespace b get pods$/],
  ['none at all', service, 8080, [{ endpoints: null }], 'failure', /0 of 0/, /get pods/],
  ['no Service', undefined, 8080, [], 'failure', /b\/a, which does not exist/, /^again$/],
  ['another port', service, 9, endpoints(true), 'failure', /port 9, which b\/a does not/, /again/],
] as const)
  expectFinding(t, judgeEndpoints({ ...target, port }, found, slices, 'again'), expected, name)

const plain = wantedComposite()
const withToken = wantedComposite()
withToken.spec.endpointConfigs = [{ host: 'a', authorization: {} }]
const url = new URL('http://a/sync')
for (const [name, composite, fault, code, ...expected] of [
  ['a status', plain, undefined, 200, 'ok', /answers a sync call/],
  ['nobody', plain, 'ECONNREFUSED', undefined, 'failure', /not answer.*\(ECONNREFUSED\)/, /^look$/],
  ['a bug', plain, '500: internal error', 500, 'failure', /500: internal error/, /look/],
  ['a token is wanted', plain, '401: x', 401, 'failure', /requires a bearer token/, /look/],
  ['a token is shown', withToken, '401: x', 401, 'ok', /callers with a token/],
] as const)
  expectFinding(
    t,
    judgeAnswer({ fault, code, certificate: undefined }, composite, url, 'look'),
    expected,
    name,
  )

t.test('says when the make run behind a loopback URL has ended', async (t) => {
  const silent = { fault: 'ECONNREFUSED', code: undefined, certificate: undefined }
  const runBy = (by?: string) => {
    const composite = wantedComposite()
    composite.metadata.annotations = by ? { 'games.example.com/run-by': by } : {}
    return judgeStoppedRun(silent, composite)
  }
  t.match(runBy(`${hostname()}/999999999`), { level: 'failure', help: 'make run' }, 'it has ended')
  t.equal(runBy('far/1'), undefined)
  t.equal(runBy(`${hostname()}/${process.pid}`), undefined, 'it is alive, and silent')
  t.equal(runBy(), undefined, 'nobody says')
  t.equal(judgeStoppedRun({ ...silent, code: 500 }, wantedComposite()), undefined)
})

for (const [name, pods, ...expected] of [
  ['ready', { wanted: 2, ready: 2, trouble: undefined }, 'ok', /2 of 2 ready/],
  ['one of two', { wanted: 2, ready: 1, trouble: 'x' }, 'warning', /1 of 2.*x/, /describe/],
  ['none', { wanted: 2, ready: 0, trouble: 'x' }, 'failure', /0 of 2/, /describe deployment/],
  ['scaled to 0', { wanted: 0, ready: 0, trouble: undefined }, 'failure', /scaled to 0/, /scale/],
  ['no Deployment', undefined, 'failure', /no Deployment/, /^make deploy IMG=$/],
] as const)
  expectFinding(t, judgePods(pods), expected, `pods: ${name}`)

t.same(readMetrics('a', '# HELP\ncoinflip_nats_connected 1\ncoinflip_stream_config_valid 0\n'), {
  name: 'a',
  connected: true,
  streamFits: false,
})
