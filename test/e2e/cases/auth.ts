import type { Test } from 'tap'
import { callAs } from '../../lib/cluster/call-as.ts'
import { streamHolds } from '../../lib/cluster/checks.ts'
import type { Environment } from '../../lib/cluster/environment.ts'
import { lend, rightsOf, roleOnSecret, startRestricted } from '../../lib/cluster/restricted.ts'
import { openSecured } from '../../lib/cluster/secured.ts'
import { until } from '../../lib/cluster/until.ts'

export default async function cases(t: Test, env: Environment): Promise<void> {
  const coinflips = await env.coinflips('e2e-auth')
  const real = env.needs('metacontroller', 'manifests', 'host')

  const [client, token] = ['client-1', 'token-1']
  const table: [string, string, RegExp, [string, Parameters<typeof callAs>[2], RegExp][]][] = [
    [
      'a bearer token',
      'auth-bearer',
      /status code: 401 body: .*the bearer token is missing or not known/,
      [
        ['nobody without a token', {}, /401/],
        ['nobody by a guess', { token: 'token-of-a-stranger' }, /401/],
        ['the bearer', { token }, /200/],
      ],
    ],
    [
      'a client certificate',
      'auth-mtls',
      /certificate required|EOF|reset by peer|could not be established/,
      [
        ['nobody without a certificate', {}, /^E/],
        ['nobody of another authority', { client: 'client-2' }, /^E/],
        ['the holder', { client }, /200/],
      ],
    ],
  ]
  for (const [what, component, failure, callers] of table)
    t.test(`with ${component} nobody is let in without ${what}`, real, async (t) => {
      const secured = await openSecured(t, env, [component])
      for (const [who, credentials, answer] of callers) {
        t.match(await callAs(secured.url, secured.folder, credentials), answer, who)
      }
      await coinflips.create(component, 'TTT')
      await secured.lead({})
      const failures = () => env.hooks?.caller().failures ?? []
      await until(
        async () => failures().filter((line) => line.includes(`/${component}'`)),
        (lines) => lines.some((line) => failure.test(line)),
        'Metacontroller is refused without it',
      )
      await secured.lead()
      await coinflips.settled(component)
      const object = await coinflips.append(component, 'HTTT')
      await coinflips.settled(component)
      await streamHolds(t, env, object)
    })

  t.test('while a key is missing nothing is synced, and all when it is there', real, async (t) => {
    const secured = await openSecured(t, env, ['auth-bearer'])
    const secretRef = { name: 'coinflip-hook-token', namespace: 'coinflip-system', key: 'token-2' }
    await secured.lead({ authorization: { secretRef } })
    await until(
      () => env.kubectl('get', 'events', '--output', 'jsonpath={.items[*].message}'),
      (text) => text.includes('does not contain key "token-2"'),
      'an event tells of it',
    )
    await coinflips.create('keyless', 'TTT')
    const tries = async () =>
      env.hooks?.caller().log.filter((line) => line.includes('does not contain key')).length ?? 0
    const before = await tries()
    await until(tries, (count) => count > before, 'Metacontroller has looked for it again')
    t.notOk((await coinflips.get('keyless'))?.status, 'not even by the hook of before')
    const patch = { stringData: { 'token-2': secured.read('token-1') } }
    const path = '/api/v1/namespaces/coinflip-system/secrets/coinflip-hook-token'
    await env.api.patch(path, patch)
    await coinflips.settled('keyless')
  })

  t.test('a Role on the one Secret is not enough, auth-rights is', real, async (t) => {
    const secured = await openSecured(t, env, ['auth-bearer'])
    await env.metacontroller.stop()
    t.teardown(() => env.metacontroller.start())
    await secured.lead()
    const production = `${process.env.METACONTROLLER_MANIFESTS}`
    const few = await rightsOf(env, production, 'least-privilege')
    const one = roleOnSecret('coinflip-system', 'coinflip-hook-token')
    t.teardown(await lend(env, [...few, ...one]))
    const restricted = await startRestricted(env)
    t.teardown(restricted.kill)
    await coinflips.create('restricted', 'TTT')
    await until(
      async () => restricted.log.filter((line) => line.includes('secrets is forbidden')),
      (lines) => lines.some((line) => line.includes('at the cluster scope')),
      'Metacontroller asks for all Secrets',
    )
    t.equal(restricted.starts, 0, 'and calls nobody until it may have them')
    t.teardown(await lend(env, await rightsOf(env, 'manifests/overlays/default', 'auth-rights')))
    await coinflips.settled('restricted')
    t.equal(restricted.starts, 1)
  })
}
