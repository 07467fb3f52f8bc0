import type { Test } from 'tap'
import { streamHolds } from '../lib/checks.ts'
import type { Environment } from '../lib/environment.ts'

export default async function cases(t: Test, env: Environment): Promise<void> {
  const coinflips = await env.coinflips('e2e-controller-removed')
  const real = env.needs('metacontroller')

  t.test(
    'a CompositeController deleted first by mistake is put back, and loses nothing',
    real,
    async (t) => {
      await coinflips.create('stuck', 'TTT')
      await coinflips.settled('stuck')
      await env.kubectl('delete', 'compositecontroller', 'coinflip')
      const object = await coinflips.append('stuck', 'HTTT')
      const deletion = ['delete', '-n', coinflips.namespace, 'coinflip/stuck']
      const { failure } = await env.kubectl.try(...deletion, '--timeout=2s')
      t.match(failure, 'timed out', 'a deletion hangs')
      await env.operator.install()
      await coinflips.gone('stuck')
      await streamHolds(t, env, object)
    },
  )
}
