import * as http from 'node:http'
import * as https from 'node:https'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { checkCall, serviceIn } from '../../../hack/doctor/service.ts'
import type { KubeObject } from '../../../hack/kube/objects.ts'
import { freePort } from '../../../hack/lib/free-port.ts'
import { readManifests } from '../../../hack/lib/manifests.ts'
import { makeCertificates } from '../../../server/cluster/certificates.ts'
import { expectFindings } from './expect-finding.ts'

const host = 'coinflip-operator.coinflip-system.svc'

/** The CompositeController of the manifests, with what it configures for an endpoint. */
function composite(endpoint?: object): KubeObject {
  const [object] = readManifests('CompositeController', 'controller/')
  if (endpoint) Object.assign(object?.spec, { endpointConfigs: [{ host, ...endpoint }] })
  return object as KubeObject
}

/** A server with a fixed answer; returns its port. */
async function serve(t: Test, code: number, answer: object, tls?: https.ServerOptions) {
  const listener: http.RequestListener = (request, response) => {
    request.resume()
    response.writeHead(code).end(JSON.stringify(answer))
  }
  const server = tls ? https.createServer(tls, listener) : http.createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}

const well = { status: {} }
const answers = ['ok', /answers a sync call with a status$/] as const

t.test('judges the answer of the service', async (t) => {
  const call = async (port: number, endpoint?: object) =>
    checkCall(composite(endpoint), new URL(`http://${host}:8080/sync`), { port, help: 'look' })
  for (const [name, code, answer, endpoint, ...expected] of [
    ['a status', 200, well, {}, ...answers],
    ['no status', 200, { children: [] }, {}, 'failure', /\(there is no status\)/, /^look$/],
    ['another server', 200, { a: 1 }, {}, 'failure', /\(unknown field a\)/, /look/],
    ['a bug', 500, { error: 'internal error' }, {}, 'failure', /500 internal error/, /look/],
    ['a token is required', 401, {}, {}, 'failure', /requires a bearer token/, /look/],
    ['a token is shown', 401, {}, { authorization: {} }, 'ok', /answers callers with a token/],
  ] as const)
    await expectFindings(t, await call(await serve(t, code, answer), endpoint), [expected], name)
  const nobody = ['failure', /does not answer a sync call \(ECONNREFUSED\)/, /look/] as const
  await expectFindings(t, await call(await freePort()), [nobody], 'nobody')
})

t.test('judges a certificate as Metacontroller does', async (t) => {
  const good = await makeCertificates([host], ['127.0.0.1'], 90)
  const other = await makeCertificates([host], [], 90)
  const brief = await makeCertificates([host], [], 10)
  const past = await makeCertificates([host], [], 0)
  const lasting = ['ok', /its certificate expires in 89 days$/] as const
  const refused = (cause: RegExp) =>
    [['failure', new RegExp(`does not trust .*${cause.source}`), /^again$/]] as const
  for (const [name, shown, caBundle, at, expected] of [
    ['its CA', good, { inline: good.ca }, host, [answers, lasting]],
    ['two CAs', good, { inline: `${other.ca}\n${good.ca}` }, host, [answers, lasting]],
    ['another CA', good, { inline: other.ca }, host, refused(/UNABLE_TO_VERIFY/)],
    ['what is none', good, { inline: 'REPLACE-ME' }, host, refused(/UNABLE_TO_VERIFY/)],
    ['the CAs of the system', good, undefined, host, refused(/UNABLE_TO_VERIFY/)],
    ['another name', good, { inline: good.ca }, 'a.b.svc', refused(/a\.b\.svc\. is not in/)],
    ['one in the past', past, { inline: past.ca }, host, refused(/CERT_HAS_EXPIRED/)],
    [
      'one near its end',
      brief,
      { inline: brief.ca },
      host,
      [answers, ['warning', /expires in 9 days/, /^again$/]],
    ],
    [
      'a CA in a Secret',
      good,
      { secretRef: { name: 'a' } },
      host,
      [answers, ['skipped', /is in a Secret or ConfigMap/], lasting],
    ],
  ] as const) {
    const port = await serve(t, 200, well, { cert: shown.cert, key: shown.key })
    const object = composite({ host: at, caBundle })
    const findings = checkCall(object, new URL(`https://${at}/sync`), { port, help: 'again' })
    await expectFindings(t, findings, expected, name)
  }
})

t.test('relies on the client certificate that the CompositeController names', async (t) => {
  const { ca, cert, key } = await makeCertificates([host], [], 90)
  const port = await serve(t, 200, well, { cert, key, ca, requestCert: true })
  for (const [clientTLS, ...expected] of [
    [{}, 'ok', /answers callers with a certificate$/],
    [undefined, 'failure', /CERTIFICATE_REQUIRED/, /^again$/],
  ] as const) {
    const object = composite({ caBundle: { inline: ca }, clientTLS })
    const findings = checkCall(object, new URL(`https://${host}/sync`), { port, help: 'again' })
    const { value } = await findings.next()
    await expectFindings(t, value ? [value] : [], [expected], `clientTLS ${clientTLS}`)
  }
})

for (const [url, service] of [
  ['http://a.b.svc:8080/sync', { name: 'a', namespace: 'b', port: 8080 }],
  ['https://a.b.svc.cluster.local/sync', { name: 'a', namespace: 'b', port: 443 }],
  ['http://a.b.svc/sync', { name: 'a', namespace: 'b', port: 80 }],
  ['http://example.com/sync', undefined],
] as const)
  t.same(serviceIn(new URL(url)), service, url)
