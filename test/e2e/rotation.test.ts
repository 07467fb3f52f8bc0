import t, { type Test } from 'tap'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { assertStored } from '../lib/cluster/assert-stored.ts'
import { callAs } from '../lib/cluster/call-as.ts'
import { commandsUnder } from '../lib/cluster/guide.ts'
import { startSecured } from '../lib/cluster/secured.ts'
import { flipSteadily } from '../lib/cluster/steady-flips.ts'
import { metricOf } from '../lib/metrics.ts'
import { env } from './environment.ts'

/** Calls that Metacontroller cancels when it reads Secrets again, and repeats. */
const isCancelled = (failure: string) => failure.includes('context canceled')

const coinflips = await env.coinflips('e2e-rotation')
const real = env.needs('metacontroller', 'host')

type Secured = Awaited<ReturnType<typeof startSecured>>
const first = { client: 'client-1', token: 'token-1' }
const table: Record<string, { heading: string; check(t: Test, it: Secured): Promise<unknown> }> = {
  'a token': {
    heading: 'Token',
    async check(t, { url, folder }) {
      t.equal(await callAs(url, folder, first), '401', 'the old one is refused')
      t.equal(await callAs(url, folder, { ...first, token: 'token-2' }), '200')
    },
  },
  'a client certificate and its CA': {
    heading: 'Client certificate',
    async check(t, { url, folder }) {
      t.match(await callAs(url, folder, first), /^E/, 'the old one is refused')
      t.equal(await callAs(url, folder, { ...first, client: 'client-2' }), '200')
    },
  },
  "the server's certificate and its CA": {
    heading: 'Server certificate',
    async check(t, { url, folder, metrics }) {
      t.match(await callAs(url, folder, first), /SELF_SIGNED|UNABLE/, 'it shows another')
      t.equal(await callAs(url, folder, { ...first, ca: 'ca-2.crt' }), '200')
      const days = async () => {
        const name = 'coinflip_certificate_expiration_timestamp_seconds'
        return (metricOf(await metrics(), name) - Date.now() / 1000) / 86_400
      }
      await waitFor(days, (count) => count > 19.9 && count <= 20, {
        what: 'the metric has the expiry of the new certificate',
      })
    },
  },
}

for (const [what, { heading, check }] of Object.entries(table))
  t.test(`rotates ${what} under steady flips without a failed sync`, real, async (t) => {
    const secured = await startSecured(t, env, ['auth-bearer', 'auth-mtls'])
    await secured.redirect()
    const prefix = heading.toLowerCase().replaceAll(' ', '-')
    const flips = flipSteadily(coinflips, prefix)
    t.teardown(flips.end)
    await flips.more(1)
    const failures = () => env.hooks?.metacontroller().failures ?? []
    const before = failures().length

    for (const commands of commandsUnder(heading)) {
      await secured.step(commands)
      await flips.more(4)
    }
    for (const object of await flips.stop()) await assertStored(t, env, object)

    const since = failures().slice(before)
    t.same(
      since.filter((failure) => !isCancelled(failure)),
      [],
      'no sync failed',
    )
    const { 200: answered = 0, ...others } = await secured.answers()
    t.same(others, {}, 'the service refused no call')
    t.comment(`${answered} calls answered, ${since.length} cancelled by Metacontroller itself`)
    await check(t, secured)
  })
