import { X509Certificate } from 'node:crypto'
import t from 'tap'
import { makeHookTls, markPods } from '../../../hack/deploy/tls.ts'
import { firstCertificate, trustBundle } from '../../../server/cluster/trust.ts'

const [first, second, third] = [await makeHookTls(), await makeHookTls(), await makeHookTls()]
const trusted = (bundle: string) =>
  bundle.match(/-----BEGIN.+?-----END CERTIFICATE-----/gs)?.map((pem) => new X509Certificate(pem))
const isTrusted = (bundle: string, { cert }: { cert: string }) =>
  trusted(bundle)?.some((ca) => new X509Certificate(cert).verify(ca.publicKey))

t.test('makes a certificate for the Service of the hooks, valid for a year', async (t) => {
  const cert = new X509Certificate(first.cert)
  t.equal(
    cert.checkHost('coinflip-operator.coinflip-system.svc'),
    'coinflip-operator.coinflip-system.svc',
  )
  t.equal(cert.checkHost('coinflip-operator.default.svc'), undefined)
  const days = (cert.validToDate.getTime() - Date.now()) / 86_400_000
  t.ok(days > 364 && days < 366, `${days} days`)
})

t.test('trusts the new and the previous CA, and none before', async (t) => {
  const one = trustBundle(first.ca, undefined)
  t.same([isTrusted(one, first), isTrusted(one, second)], [true, false])
  const two = trustBundle(second.ca, one)
  t.same([isTrusted(two, first), isTrusted(two, second)], [true, true])
  const three = trustBundle(third.ca, two)
  t.same(
    [first, second, third].map((each) => isTrusted(three, each)),
    [false, true, true],
  )
  t.equal(trusted(trustBundle(third.ca, trustBundle(third.ca, undefined)))?.length, 1, 'no repeat')
  t.equal(trusted(trustBundle(first.ca, 'REPLACE-ME'))?.length, 1, 'what is none is dropped')
  t.equal(firstCertificate('none'), undefined)
})

t.test('rolls the pods for another certificate only', async (t) => {
  const marked = (tls: { ca: string; cert: string }) => {
    const metadata = { annotations: { kept: 'yes' } }
    const spec = { template: { metadata } }
    const deployment = { apiVersion: 'v1', kind: 'Deployment', metadata: { name: 'a' }, spec }
    markPods(deployment, tls)
    return deployment.spec.template.metadata.annotations
  }
  t.match(marked(first), { kept: 'yes' })
  t.same(marked(first), marked(first))
  t.notSame(marked(first), marked(second))
})
