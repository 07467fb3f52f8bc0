import type { Test } from 'tap'
import { streamHolds } from '../../lib/cluster/checks.ts'
import type { Environment } from '../../lib/cluster/environment.ts'
import { until } from '../../lib/cluster/until.ts'

export default async function cases(t: Test, env: Environment): Promise<void> {
  const all = env.needs('cluster', 'metacontroller')

  t.test('a namespace goes with its 50 CoinFlips, and no message is lost', all, async (t) => {
    const coinflips = await env.coinflips('e2e-namespace')
    const path = `/api/v1/namespaces/${coinflips.namespace}`
    const names = Array.from({ length: 50 }, (_, i) => `coin-${i}`)
    const objects = await Promise.all(names.map((name) => coinflips.create(name, 'TTTHTTT')))
    await env.api.call('DELETE', path)
    const look = async () => (await env.api.call('GET', path)).code
    await until(look, (code) => code === 404, `${coinflips.namespace} is gone`, 120_000)
    for (const object of objects) await streamHolds(t, env, object)
  })
}
