import t from 'tap'
import { assertStored } from '../lib/cluster/assert-stored.ts'
import { lettersOf } from '../lib/cluster/coinflips.ts'
import { env } from './environment.ts'

const coinflips = await env.coinflips('e2e-append')
const real = env.needs('metacontroller')

t.test('publishes one message for each run of three tails', real, async (t) => {
  await coinflips.create('one-by-one', '')
  for (const letter of 'HTTTTHTTT') {
    await coinflips.append('one-by-one', letter)
    await assertStored(t, env, await coinflips.settled('one-by-one'))
  }
  t.equal((await coinflips.get('one-by-one'))?.status?.notifications, 2)
})

t.test('keeps all 200 flips that two writers append at once', real, async (t) => {
  await coinflips.create('contended', '')
  let conflicts = 0
  async function write(letter: string): Promise<void> {
    for (let written = 0; written < 100; ) {
      const { code, body } = await coinflips.tryAppend('contended', letter)
      if (code === 200) written++
      else if (code === 409) conflicts++
      else throw new Error(`${code}: ${body.message}`)
    }
  }
  await Promise.all([write('H'), write('T')])
  t.comment(`${conflicts} conflicts, each tried again`)
  const object = await coinflips.settled('contended')
  const letters = lettersOf(object)
  t.equal(letters.replaceAll('T', '').length, 100, 'all flips of the one')
  t.equal(letters.replaceAll('H', '').length, 100, 'and all of the other')
  await assertStored(t, env, object)
})

t.test('publishes a history of 10,000 flips, and refuses one more', real, async (t) => {
  await coinflips.create('full', 'TTTH'.repeat(2_500))
  const object = await coinflips.settled('full')
  t.equal(object.status?.notifications, 2_500)
  await assertStored(t, env, object)
  const { code, body } = await coinflips.tryAppend('full', 'T')
  t.equal(code, 422)
  t.match(body.message, 'spec.flips: Too many: 10001: must have at most 10000 items')
})
