import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { judgeCertificate, trustOf } from '../../../hack/doctor/certificate.ts'
import { wantedComposite } from '../../../hack/doctor/composite.ts'
import { callSync } from '../../../hack/doctor/hook-call.ts'
import { makeCertificates } from '../../../server/cluster/certificates.ts'
import { expectFinding } from './expect-finding.ts'

const host = 'coinflip-operator.coinflip-system.svc'
const url = new URL(`https://${host}:8080/sync`)
const good = await makeCertificates([host], ['127.0.0.1'], 90)
const other = await makeCertificates([host], [], 90)
const brief = await makeCertificates([host], [], 10)

/** A CompositeController that trusts a bundle. */
function composite(caBundle?: object, at = url.host) {
  const object = wantedComposite()
  if (caBundle) object.spec.endpointConfigs = [{ host: at, caBundle }]
  return object
}

/** A server with a certificate and a fixed answer. */
async function serve(t: Test, { cert, key }: { cert: string; key: string }, answer: object) {
  const server = createServer({ cert, key }, (request, response) => {
    request.resume()
    response.end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}

t.test('judges a certificate as Metacontroller does', async (t) => {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000)
  for (const [name, shown, bundle, asked, now, ...expected] of [
    ['it fits', good, good.ca, host, 0, 'ok', /^for coinflip-operator.* expires in 89 days$/],
    ['two CAs', good, other.ca + good.ca, host, 0, 'ok', /trusted/],
    ['an address', good, good.ca, '127.0.0.1', 0, 'ok', /^for 127\.0\.0\.1/],
    ['another CA', good, other.ca, host, 0, 'failure', /has signed it \(\w+\)/, /^again$/],
    ['no CA', good, 'REPLACE-ME', host, 0, 'failure', /has no certificate/, /again/],
    ['another name', good, good.ca, 'a.b.svc', 0, 'failure', /it is for .*, not for a\.b/, /again/],
    ['near its end', brief, brief.ca, host, 0, 'warning', /expires in 9 days/, /again/],
    ['past its end', good, good.ca, host, 91, 'failure', /it expired on/, /again/],
    ['not yet', good, good.ca, host, -2, 'failure', /valid only from .* is the clock right/],
  ] as const) {
    const port = await serve(t, shown, { status: {} })
    const trust = trustOf(composite({ inline: bundle }), url)
    const ca = trust.kind === 'inline' ? trust.authorities.map(String) : undefined
    const answer = await callSync(url, { port, ca })
    t.equal(answer.fault, undefined, `${name}: the call is answered all the same`)
    if (!answer.certificate) throw new Error(`${name}: no certificate was shown`)
    expectFinding(
      t,
      judgeCertificate(answer.certificate, trust, asked, inDays(now), 'again'),
      expected,
      name,
    )
  }
})

t.test('finds the CA that a CompositeController trusts', async (t) => {
  const kinds = (object: ReturnType<typeof composite>) => trustOf(object, url).kind
  t.equal(kinds(composite()), 'system')
  t.equal(kinds(composite({ inline: good.ca }, host)), 'inline', 'for every port')
  t.equal(kinds(composite({ inline: good.ca }, 'other:8080')), 'system')
  t.equal(kinds(composite({ secretRef: { name: 'a' } })), 'elsewhere')
  const own = composite()
  own.spec.hooks.sync.webhook.caBundle = { inline: good.ca }
  t.equal(kinds(own), 'inline', 'of the hook itself')
  const port = await serve(t, good, { status: {} })
  const { certificate } = await callSync(url, { port })
  if (!certificate) throw new Error('no certificate was shown')
  const elsewhere = judgeCertificate(certificate, { kind: 'elsewhere' }, host, new Date(), '')
  expectFinding(t, elsewhere, ['skipped', /not read here/], 'a Secret')
})

t.test('reports the outcome of a call', async (t) => {
  const port = await serve(t, good, { children: [] })
  t.match(await callSync(url, { port }), { fault: '200 and no status', code: 200 })
  const refused = await serve(t, good, { error: 'no such path' })
  t.match(await callSync(url, { port: refused }), { fault: '200: no such path' })
  t.match(await callSync(new URL('http://127.0.0.1:1/sync')), {
    fault: 'ECONNREFUSED',
    code: undefined,
  })
})
