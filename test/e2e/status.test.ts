import t from 'tap'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { assertStored } from '../lib/cluster/assert-stored.ts'
import { lettersOf } from '../lib/cluster/coinflips.ts'
import { env } from './environment.ts'

const coinflips = await env.coinflips('e2e-status')
const real = env.needs('metacontroller')

/** The counts of a history, computed in another way than in the service. */
function countsOf(letters: string) {
  const heads = letters.replaceAll('T', '').length
  const last = /(T+|H+)$/.exec(letters)?.[0]
  const milestones = [...letters.matchAll(/T{3,}/g)].length
  return {
    flips: letters.length,
    heads,
    tails: letters.length - heads,
    streak: last && { face: last.startsWith('T') ? 'Tails' : 'Heads', length: last.length },
    milestones,
    notifications: milestones,
  }
}

const condition = (type: string, reason: string, message: string) => ({ type, reason, message })

t.test(
  'sets status and conditions of the samples, and publishes their messages',
  real,
  async (t) => {
    await env.kubectl('apply', '-n', coinflips.namespace, '-k', 'manifests/samples')
    for (const [name, letters, conditions] of [
      [
        'two-tails',
        'HTT',
        [
          condition('ThreeTails', 'NotYet', 'no three consecutive tails so far'),
          condition('Notified', 'NothingToPublish', 'no milestone so far'),
        ],
      ],
      [
        'three-tails',
        'HTTT',
        [
          condition(
            'ThreeTails',
            'ThreeInARow',
            '1 run of three tails, the first complete at flip 4, the latest at flip 4',
          ),
          condition('Notified', 'Published', '1 notification acknowledged by the stream'),
        ],
      ],
      [
        'several-runs',
        'TTTHTTTTHTHTTT',
        [
          condition(
            'ThreeTails',
            'ThreeInARow',
            '3 runs of three tails, the first complete at flip 3, the latest at flip 14',
          ),
          condition('Notified', 'Published', '3 notifications acknowledged by the stream'),
        ],
      ],
    ] as const) {
      const object = await coinflips.settled(name)
      t.equal(lettersOf(object), letters, `${name} is the sample`)
      t.match(object.status, countsOf(letters), `${name} is counted`)
      t.match(object.status?.conditions, [...conditions, { type: 'Ready', reason: 'Reconciled' }])
      await assertStored(t, env, object)
    }
  },
)

t.test('publishes a CloudEvent with the object and the flip', real, async (t) => {
  const { name, namespace, uid } = (await coinflips.create('event', 'HHTTT')).metadata
  const { metadata } = await coinflips.settled(name)
  const [message, ...more] = await env.messages(uid)
  t.same(more, [], 'there is one')
  t.equal(message?.subject, `coinflips.three-tails.${namespace}.${uid}.5`)
  const { time, ...event } = message?.event ?? { time: '' }
  t.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  t.same(event, {
    specversion: '1.0',
    id: `${uid}.5`,
    type: 'com.example.games.coinflip.threetails.v1',
    source: `/apis/games.example.com/v1alpha1/namespaces/${namespace}/coinflips/${name}`,
    subject: name,
    datacontenttype: 'application/json',
    data: { namespace, name, uid, generation: metadata.generation, flip: 5, ordinal: 1 },
  })
})

t.test('sets Ready, and no streak, for an object without flips', real, async (t) => {
  await coinflips.create('untouched', '')
  const { status } = await coinflips.settled('untouched')
  t.match(status, { flips: 0, heads: 0, tails: 0, milestones: 0, notifications: 0 })
  t.notOk(status?.streak)
})

t.test(
  'makes one sync call for a change, and does not write an unchanged status',
  real,
  async (t) => {
    const calls = () =>
      env.service.metric('coinflip_request_duration_seconds_count{route="/sync",code="200"}')
    await coinflips.create('quiet', 'HTTT')
    await coinflips.settled('quiet')
    const before = await calls()
    for (let changes = 1; changes <= 5; changes++) {
      const annotated = await coinflips.annotate('quiet', 'games.example.com/e2e', String(changes))
      await waitFor(calls, (count) => count >= before + changes, { what: 'the change is synced' })
      t.same(await coinflips.get('quiet'), annotated, 'nothing wrote the object')
    }
    t.equal(await calls(), before + 5)
  },
)
