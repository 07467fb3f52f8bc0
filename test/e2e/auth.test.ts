import t from 'tap'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { assertStored } from '../lib/cluster/assert-stored.ts'
import { callAs } from '../lib/cluster/call-as.ts'
import {
  applyTemporarily,
  rightsOf,
  roleOnSecret,
  startRestricted,
} from '../lib/cluster/restricted.ts'
import { startSecured } from '../lib/cluster/secured.ts'
import { env } from './environment.ts'

const coinflips = await env.coinflips('e2e-auth')
const real = env.needs('metacontroller', 'manifests', 'host')

const [client, token] = ['client-1', 'token-1']
const table: [string, string, RegExp, [string, Parameters<typeof callAs>[2], RegExp][]][] = [
  [
    'a bearer token',
    'auth-bearer',
    /status code: 401 body: .*the bearer token is missing or unknown/,
    [
      ['without a token', {}, /401/],
      ['with a wrong token', { token: 'token-of-a-stranger' }, /401/],
      ['with the token', { token }, /200/],
    ],
  ],
  [
    'a client certificate',
    'auth-mtls',
    /certificate required|EOF|reset by peer|could not be established/,
    [
      ['without a certificate', {}, /^E/],
      ['with a certificate of another CA', { client: 'client-2' }, /^E/],
      ['with the certificate', { client }, /200/],
    ],
  ],
]
for (const [what, component, failure, callers] of table)
  t.test(`refuses calls without ${what} with ${component}`, real, async (t) => {
    const secured = await startSecured(t, env, [component])
    for (const [who, credentials, answer] of callers) {
      t.match(await callAs(secured.url, secured.folder, credentials), answer, who)
    }
    await coinflips.create(component, 'TTT')
    await secured.redirect({})
    const failures = () => env.hooks?.metacontroller().failures ?? []
    await waitFor(
      async () => failures().filter((line) => line.includes(`/${component}'`)),
      (lines) => lines.some((line) => failure.test(line)),
      { what: 'Metacontroller is refused without it' },
    )
    await secured.redirect()
    await coinflips.settled(component)
    const object = await coinflips.append(component, 'HTTT')
    await coinflips.settled(component)
    await assertStored(t, env, object)
  })

t.test(
  'syncs nothing while a key of the Secret is missing, and all when it exists',
  real,
  async (t) => {
    const secured = await startSecured(t, env, ['auth-bearer'])
    const secretRef = { name: 'coinflip-hook-token', namespace: 'coinflip-system', key: 'token-2' }
    await secured.redirect({ authorization: { secretRef } })
    await waitFor(
      () => env.kubectl('get', 'events', '--output', 'jsonpath={.items[*].message}'),
      (text) => text.includes('does not contain key "token-2"'),
      { what: 'an event tells of it' },
    )
    await coinflips.create('keyless', 'TTT')
    const tries = async () =>
      env.hooks?.metacontroller().log.filter((line) => line.includes('does not contain key'))
        .length ?? 0
    const before = await tries()
    await waitFor(tries, (count) => count > before, {
      what: 'Metacontroller has looked for it again',
    })
    t.notOk((await coinflips.get('keyless'))?.status, 'not even by the hook of before')
    const patch = { stringData: { 'token-2': secured.read('token-1') } }
    const path = '/api/v1/namespaces/coinflip-system/secrets/coinflip-hook-token'
    await env.api.patch(path, patch)
    await coinflips.settled('keyless')
  },
)

t.test('needs the component auth-rights, not only a Role on the one Secret', real, async (t) => {
  const secured = await startSecured(t, env, ['auth-bearer'])
  await env.metacontroller.stop()
  t.teardown(() => env.metacontroller.start())
  await secured.redirect()
  const production = `${process.env.METACONTROLLER_MANIFESTS}`
  const few = await rightsOf(env, production, 'least-privilege')
  const one = roleOnSecret('coinflip-system', 'coinflip-hook-token')
  t.teardown(await applyTemporarily(env, [...few, ...one]))
  const restricted = await startRestricted(env)
  t.teardown(restricted.kill)
  await coinflips.create('restricted', 'TTT')
  await waitFor(
    async () => restricted.log.filter((line) => line.includes('secrets is forbidden')),
    (lines) => lines.some((line) => line.includes('at the cluster scope')),
    { what: 'Metacontroller asks for all Secrets' },
  )
  t.equal(restricted.starts, 0, 'and starts no controller without this right')
  t.teardown(
    await applyTemporarily(env, await rightsOf(env, 'manifests/overlays/default', 'auth-rights')),
  )
  await coinflips.settled('restricted')
  t.equal(restricted.starts, 1)
})
