import t from 'tap'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { assertStored } from '../lib/cluster/assert-stored.ts'
import { env } from './environment.ts'

const all = env.needs('cluster', 'metacontroller', 'policies')

t.test('loses no message when a namespace with 50 CoinFlips is deleted', all, async (t) => {
  const coinflips = await env.coinflips('e2e-namespace')
  const path = `/api/v1/namespaces/${coinflips.namespace}`
  const names = Array.from({ length: 50 }, (_, i) => `coin-${i}`)
  const objects = await Promise.all(names.map((name) => coinflips.create(name, 'TTTHTTT')))
  await env.api.call('DELETE', path)
  const look = async () => (await env.api.call('GET', path)).code
  await waitFor(look, (code) => code === 404, {
    what: `${coinflips.namespace} is gone`,
    timeoutMs: 120_000,
  })
  for (const object of objects) await assertStored(t, env, object)
})
