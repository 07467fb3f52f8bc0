import type { Test } from 'tap'
import { callAs } from '../../lib/cluster/call-as.ts'
import { streamHolds } from '../../lib/cluster/checks.ts'
import type { Environment } from '../../lib/cluster/environment.ts'
import { commandsUnder } from '../../lib/cluster/guide.ts'
import { metricOf } from '../../lib/cluster/metrics.ts'
import { openSecured } from '../../lib/cluster/secured.ts'
import { flipSteadily } from '../../lib/cluster/steady-flips.ts'

/** What Metacontroller itself cuts off when it reads Secrets again, and makes again. */
const isCutOff = (failure: string) => failure.includes('context canceled')

export default async function cases(t: Test, env: Environment): Promise<void> {
  const coinflips = await env.coinflips('e2e-rotation')
  const real = env.needs('metacontroller', 'host')

  type Secured = Awaited<ReturnType<typeof openSecured>>
  const first = { client: 'client-1', token: 'token-1' }
  const table: Record<string, { heading: string; check(t: Test, it: Secured): Promise<unknown> }> =
    {
      'a token': {
        heading: 'Token',
        async check(t, { url, folder }) {
          t.equal(await callAs(url, folder, first), '401', 'the old one is refused')
          t.equal(await callAs(url, folder, { ...first, token: 'token-2' }), '200')
        },
      },
      'a client certificate and its authority': {
        heading: 'Client certificate',
        async check(t, { url, folder }) {
          t.match(await callAs(url, folder, first), /^E/, 'the old one is refused')
          t.equal(await callAs(url, folder, { ...first, client: 'client-2' }), '200')
        },
      },
      "the server's certificate and its authority": {
        heading: 'Server certificate',
        async check(t, { url, folder, metrics }) {
          t.match(await callAs(url, folder, first), /SELF_SIGNED|UNABLE/, 'it shows another')
          t.equal(await callAs(url, folder, { ...first, ca: 'ca-2.crt' }), '200')
          const days = metricOf(await metrics(), 'coinflip_certificate_expiry_days')
          t.ok(days > 19.9 && days <= 20, `the metric is about the new one (${days} days)`)
        },
      },
    }

  for (const [what, { heading, check }] of Object.entries(table))
    t.test(`${what} is rotated under steady flips with no failed sync`, real, async (t) => {
      const secured = await openSecured(t, env, ['auth-bearer', 'auth-mtls'])
      await secured.lead()
      const prefix = heading.toLowerCase().replaceAll(' ', '-')
      const flips = flipSteadily(coinflips, prefix)
      t.teardown(flips.end)
      await flips.more(1)
      const failures = () => env.hooks?.caller().failures ?? []
      const before = failures().length

      for (const commands of commandsUnder(heading)) {
        await secured.step(commands)
        await flips.more(4)
      }
      for (const object of await flips.stop()) await streamHolds(t, env, object)

      const since = failures().slice(before)
      t.same(
        since.filter((failure) => !isCutOff(failure)),
        [],
        'Metacontroller knows of no failed sync',
      )
      const { 200: answered = 0, ...others } = await secured.answers()
      t.same(others, {}, 'the service has refused nothing')
      t.comment(`${answered} calls answered, ${since.length} cut off by Metacontroller itself`)
      await check(t, secured)
    })
}
