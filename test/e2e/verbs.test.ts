import { readFileSync } from 'node:fs'
import t from 'tap'
import { assertStored } from '../lib/cluster/assert-stored.ts'
import { make, startMake } from '../lib/cluster/make.ts'
import { env } from './environment.ts'

const crdFile = 'manifests/crd/coinflips.games.example.com.yaml'

const coinflips = await env.coinflips('e2e-verbs')
const real = env.needs('metacontroller')
const NAMESPACE = `NAMESPACE=${coinflips.namespace}`

/** Runs a target that has to succeed; resolves to its output. */
async function done(...words: string[]): Promise<string> {
  const { code, text } = await make(env.shell, ...words)
  if (code !== 0) throw new Error(`make ${words.join(' ')} fails: ${text}`)
  return text
}

t.test('`make manifests` changes nothing, and `make install` can be repeated', async (t) => {
  const before = readFileSync(crdFile, 'utf8')
  await done('manifests')
  t.equal(readFileSync(crdFile, 'utf8'), before)
  t.match(await done('install'), 'the CRD is installed')
})

t.test('`make samples` creates missing samples, and keeps changed ones', real, async (t) => {
  t.match(await done('samples', NAMESPACE), /two-tails +created/)
  await coinflips.append('two-tails', 'H')
  const again = await done('samples', NAMESPACE)
  t.match(again, /two-tails +is there: left as it is$/m)
  t.equal((await coinflips.get('two-tails'))?.spec.flips.length, 4)
})

t.test('`make flip` creates a CoinFlip, flips it, and shows its status', real, async (t) => {
  const tails = ['flip', 'NAME=flipped', 'FACE=Tails', NAMESPACE]
  t.match(await done(...tails), /e2e-verbs\/flipped +Tails, the first flip/)
  await done(...tails)
  t.match(await done(...tails), /3 flips, Tails x 3, 1 of 1 milestone published, Ready/)
  await assertStored(t, env, await coinflips.settled('flipped'))
  t.match(await done('flip', 'NAME=chance', NAMESPACE), /e2e-verbs\/chance +(Heads|Tails)/)
})

t.test('`make listen` prints each notification once', real, async (t) => {
  const listening = startMake(env.shell, 'listen')
  t.teardown(listening.interrupt)
  await coinflips.create('heard', 'TTT')
  await listening.prints(/e2e-verbs\/heard {2}three tails in a row at flip 3 \(milestone 1\)/)
  await coinflips.append('heard', 'HTTT')
  await listening.prints(/e2e-verbs\/heard {2}three tails in a row at flip 7 \(milestone 2\)/)
  t.equal(listening.lines.filter((line) => line.includes('/heard ')).length, 2)
  await listening.interrupt()
})

t.test('`make resync` syncs one object or all at once', real, async (t) => {
  await coinflips.create('touched', 'TTT')
  const before = await coinflips.settled('touched')
  t.match(await done('resync', 'NAME=touched', NAMESPACE), /touched .*Ready/)
  t.match(await done('resync', NAMESPACE), /\d+ CoinFlips touched in e2e-verbs/)
  const after = await coinflips.settled('touched')
  t.not(after.metadata.annotations, before.metadata.annotations)
  t.same(after.status, before.status)
})

t.test('invalid input ends a target with one line', async (t) => {
  await coinflips.create('full', 'H'.repeat(10_000))
  for (const [line, ...words] of [
    ['IMG is not set', 'deploy'],
    ['NAME is missing', 'flip'],
    ['FACE=Edge is neither Heads nor Tails', 'flip', 'NAME=edge', 'FACE=Edge', NAMESPACE],
    [/full has 10,?000 flips, the most that one CoinFlip holds/, 'flip', 'NAME=full', NAMESPACE],
    ['there is no CoinFlip e2e-verbs/nobody', 'republish', 'NAME=nobody', NAMESPACE],
    ['there is no namespace e2e-nowhere', 'flip', 'NAME=lost', 'NAMESPACE=e2e-nowhere'],
    [/\d+ CoinFlips in the cluster, so the CRD stays/, 'uninstall'],
  ] as const) {
    const { code, text } = await make(env.shell, ...words)
    t.not(code, 0, `make ${words.join(' ')} fails`)
    t.match(text, line)
    t.notMatch(text, /^ +at /m, 'without a stack')
  }
})
