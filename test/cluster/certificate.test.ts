import { X509Certificate } from 'node:crypto'
import t, { type Test } from 'tap'
import { openApi } from '../../server/cluster/api.ts'
import { keepCertificate } from '../../server/cluster/certificate.ts'
import { type Certificates, makeCertificates } from '../../server/cluster/certificates.ts'
import {
  compositeAt,
  compositePath,
  type PlayedApi,
  secretPath,
  startPlayedApi,
} from './played-api.ts'

const host = 'coinflip-operator.coinflip-system.svc'
const composite = compositeAt(`https://${host}:8080`)
const ours = { 'app.kubernetes.io/part-of': 'coinflip-operator' }

function secretOf({ ca, cert, key }: Certificates, labels: Record<string, string> = ours) {
  const encode = (text: string) => Buffer.from(text).toString('base64')
  const data = { 'ca.crt': encode(ca), 'tls.crt': encode(cert), 'tls.key': encode(key) }
  return { metadata: { labels }, data }
}

const bundlesIn = ({ objects }: PlayedApi): string[] =>
  Object.values<{ webhook: { caBundle?: { inline: string } } }>(
    objects.get(compositePath).spec.hooks,
  ).map(({ webhook }) => webhook.caBundle?.inline ?? '')

/** The certificate in the Secret, and the CAs that the hooks trust. */
function state(played: PlayedApi) {
  const read = (key: string) =>
    Buffer.from(played.objects.get(secretPath).data[key], 'base64').toString()
  const [bundle = '', other] = bundlesIn(played)
  const authorities = bundle.split(/(?=-----BEGIN)/).map((pem) => new X509Certificate(pem))
  return {
    leaf: new X509Certificate(read('tls.crt')),
    key: read('tls.key'),
    ca: read('ca.crt'),
    authorities,
    isSame: bundle === other,
  }
}

async function start(t: Test, stored: Record<string, object>) {
  const played = await startPlayedApi(t, stored)
  const api = openApi(played.url, played.account)
  return { played, keep: (make = true) => keepCertificate(api, make) }
}

t.test(
  'makes a certificate for the hooks, and trusts its CA before the pods can have it',
  async (t) => {
    const { played, keep } = await start(t, { [compositePath]: composite })
    t.match(await keep(), { done: /made a certificate for coinflip-operator.coinflip-system.svc/ })
    t.same(played.writes, [`PATCH ${compositePath}`, `PATCH ${secretPath}`])
    const { leaf, key, authorities, isSame } = state(played)
    t.equal(leaf.checkHost(host), host)
    t.ok(authorities[0] && leaf.checkIssued(authorities[0]))
    t.ok(isSame, 'both hooks trust it')
    t.match(key, /BEGIN PRIVATE KEY/)
    t.match(played.objects.get(secretPath), {
      type: 'kubernetes.io/tls',
      metadata: { labels: ours },
    })

    const text = JSON.stringify([...played.objects])
    t.match(await keep(), { done: /is trusted, and valid until \d{4}-\d\d-\d\d/ })
    t.equal(JSON.stringify([...played.objects]), text, 'the second time changes nothing')
  },
)

const validFor = (days: number, names = [host]) => makeCertificates(names, [], days)
for (const [what, made] of [
  ['expires soon', await validFor(80)],
  ['is for another host', await validFor(365, ['example.com'])],
  ['has another CA', { ...(await validFor(365)), ca: (await validFor(365)).ca }],
  ['has no CA', { ...(await validFor(365)), ca: '' }],
  ['is no certificate', { ca: '', cert: 'none', key: '' }],
] as const)
  t.test(`makes another certificate where the present one ${what}`, async (t) => {
    const { played, keep } = await start(t, {
      [compositePath]: composite,
      [secretPath]: secretOf(made),
    })
    t.match(await keep(), { done: /made a certificate/ })
    const { leaf, ca } = state(played)
    t.not(leaf.toString(), made.cert)
    t.ok(leaf.checkIssued(new X509Certificate(ca)))
  })

t.test('keeps trusting the previous CA, which some pods still present', async (t) => {
  const old = await validFor(80)
  const trusting = structuredClone(composite)
  for (const hook of ['sync', 'finalize'])
    trusting.spec.hooks[hook].webhook.caBundle = { inline: old.ca }
  const { played, keep } = await start(t, {
    [compositePath]: trusting,
    [secretPath]: secretOf(old),
  })
  for (const repeat of [0, 1]) {
    await keep()
    const { authorities } = state(played)
    const [now, before] = authorities
    t.equal(authorities.length, 2, `two after ${repeat + 1} passes`)
    t.ok(now && state(played).leaf.checkIssued(now))
    t.ok(before && new X509Certificate(old.cert).checkIssued(before))
  }
})

t.test('trusts the certificate of somebody else, and never replaces it', async (t) => {
  for (const make of [true, false]) {
    const made = await validFor(20)
    const stored = { [compositePath]: composite, [secretPath]: secretOf(made, {}) }
    const { played, keep } = await start(t, stored)
    t.match(await keep(make), { done: /is trusted/ }, `make is ${make}`)
    t.same(played.writes, [`PATCH ${compositePath}`])
    t.same(state(played).authorities.length, 1)
  }
})

t.test('says in a line what is missing', async (t) => {
  const empty = await start(t, {})
  t.match(await empty.keep(), {
    fault: /^there is no CompositeController coinflip: install Metacontroller/,
  })
  t.same(empty.played.writes, [])

  const unfilled = await start(t, { [compositePath]: composite })
  t.match(await unfilled.keep(false), {
    fault: /coinflip-system\/coinflip-hook-tls has no ca.crt yet/,
  })

  const foreign = secretOf(await validFor(365, ['example.com']), {})
  const other = await start(t, { [compositePath]: composite, [secretPath]: foreign })
  t.match(await other.keep(), { fault: /has no valid certificate for coinflip-operator/ })

  for (const [url, fault] of [
    ['http://coinflip-operator.coinflip-system.svc:8080', /which is no https URL/],
    [
      'https://coinflip-operator.games.svc:8080',
      /calls .*games.svc, but the service is in namespace coinflip-system/,
    ],
  ] as const) {
    const wrong = await start(t, { [compositePath]: compositeAt(url) })
    t.match(await wrong.keep(), { fault })
    t.same(wrong.played.writes, [])
  }
  const shadowed = structuredClone(composite)
  shadowed.spec.endpointConfigs = [{ host }]
  t.match(await (await start(t, { [compositePath]: shadowed })).keep(), {
    fault: /ignores endpointConfigs/,
  })
})

t.test('changes nothing while the Secret cannot be written', async (t) => {
  const { played, keep } = await start(t, { [compositePath]: composite })
  played.refuse = (method, path) => (method === 'PATCH' && path === secretPath ? 403 : undefined)
  t.match(await keep(), { fault: /^PATCH .*refused with 403$/ })
  t.same(played.writes, [])
})

t.test('writes no certificate that Metacontroller would not trust', async (t) => {
  const { played, keep } = await start(t, { [compositePath]: composite })
  played.refuse = (method, path) => (method === 'PATCH' && path === compositePath ? 403 : undefined)
  t.match(await keep(), { fault: `PATCH ${compositePath}: refused with 403` })
  t.notOk(played.objects.has(secretPath))
})
