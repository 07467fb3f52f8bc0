import { X509Certificate } from 'node:crypto'
import t from 'tap'
import { makeCertificates } from '../../server/cluster/certificates.ts'
import { firstCertificate, trustBundle } from '../../server/cluster/trust.ts'

const make = () => makeCertificates(['coinflip-operator.coinflip-system.svc'], [], 365)
const [first, second, third] = [await make(), await make(), await make()]
const trusted = (bundle: string) =>
  bundle.match(/-----BEGIN.+?-----END CERTIFICATE-----/gs)?.map((pem) => new X509Certificate(pem))
const isTrusted = (bundle: string, { cert }: { cert: string }) =>
  trusted(bundle)?.some((ca) => new X509Certificate(cert).verify(ca.publicKey))

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
  t.equal(trustBundle(third.ca, three), three, 'again changes nothing')
  t.equal(trusted(trustBundle(first.ca, 'REPLACE-ME'))?.length, 1, 'what is none is dropped')
  t.equal(firstCertificate('none'), undefined)
})
