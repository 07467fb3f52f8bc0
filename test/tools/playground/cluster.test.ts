import t from 'tap'
import { createCluster } from '../../../hack/playground/page/cluster.js'
import { pausedAnnotation } from '../../../hack/playground/page/object.js'
import type { CoinFlipObject, Exchange, Hook } from '../../../hack/playground/page/types.ts'
import { readResponse } from '../../../server/metacontroller/testing/index.ts'
import { fakeTimers, settled } from './clock.ts'

interface Call {
  hook: Hook
  parent: CoinFlipObject
  finalizing: boolean
}
type Reply = [code: number, body: object | string]

/** A cluster whose operator answers as told. */
function harness(operator: (call: Call, count: number) => Reply) {
  const { timers, pass } = fakeTimers()
  const calls: Call[] = []
  const gone: string[] = []
  const post = async (hook: Hook, request: string, name: string): Promise<Exchange> => {
    const call = { hook, ...JSON.parse(request) }
    calls.push(call)
    const [code, answer] = operator(call, calls.length)
    const body = typeof answer === 'string' ? answer : JSON.stringify(answer)
    const read = { code, text: body, retryAfter: '1' }
    const outcome = readResponse('CompositeController', hook, read, timers.nowMs())
    return { hook, name, at: new Date(timers.nowMs()), ms: 1, request, code, body, outcome }
  }
  const cluster = createCluster({
    post,
    changed() {},
    gone: (_, exchange) => gone.push(exchange.name),
    timers,
  })
  const made = cluster.create('lucky')
  if ('fault' in made) throw new Error(made.fault)
  return { cluster, uid: made.uid, calls, gone, pass }
}

const status = (flips: number) => ({ flips, conditions: [] })
const counting = ({ parent }: Call): Reply => [200, { status: status(parent.spec.flips.length) }]

t.test('calls for each change and stores the status of the response', async (t) => {
  const { cluster, uid, calls } = harness(counting)
  await settled()
  cluster.flip(uid, 'Tails')
  await settled()
  cluster.annotate(uid, pausedAnnotation, true)
  await settled()
  t.match(
    calls.map(({ parent }) => [
      parent.metadata.generation,
      parent.spec.flips,
      parent.status?.flips,
    ]),
    [
      [1, [], undefined],
      [2, ['Tails'], 0],
      [2, ['Tails'], 1],
    ],
  )
  const entry = cluster.entry(uid)
  t.match(entry, {
    object: { status: { flips: 1, observedGeneration: 2 } },
    before: { flips: 0 },
  })
  cluster.resync(uid)
  await settled()
  t.equal(cluster.entry(uid)?.object.status, entry?.object.status, 'an equal status is no change')
  t.match(cluster.entry(uid)?.before, { flips: 0 })
})

t.test('makes one more call for all flips during a call', async (t) => {
  const { cluster, uid, calls } = harness(counting)
  for (let times = 0; times < 5; times++) cluster.flip(uid, 'Heads')
  await settled()
  t.same(
    calls.map(({ parent }) => parent.spec.flips.length),
    [0, 5],
  )
  t.equal(cluster.entry(uid)?.object.status?.flips, 5)
  t.equal(cluster.entry(uid)?.object.metadata.generation, 6)
})

t.test('recovers from an outage by the calls that the responses ask for', async (t) => {
  const { uid, cluster, calls, pass } = harness(({ parent }, count) => {
    const reply = { status: status(parent.spec.flips.length) }
    return [200, count < 4 ? { ...reply, resyncAfterSeconds: 2 ** count } : reply]
  })
  await pass(1_999)
  t.equal(calls.length, 1)
  await pass(1)
  t.equal(calls.length, 2)
  await pass(4_000 + 8_000)
  t.equal(calls.length, 4)
  await pass(600_000)
  t.equal(calls.length, 4)
  t.equal(cluster.entry(uid)?.wait, undefined)
})

t.test('repeats a call that is answered with 429, and keeps the status', async (t) => {
  const { cluster, uid, calls, pass } = harness((call, count) =>
    count === 2 ? [429, ''] : counting(call),
  )
  await settled()
  cluster.flip(uid, 'Tails')
  await settled()
  t.match(cluster.entry(uid), { wait: { why: 'busy' }, object: { status: { flips: 0 } } })
  await pass(1_000)
  t.equal(calls.length, 3)
  t.match(cluster.entry(uid), { wait: undefined, object: { status: { flips: 1 } } })
})

t.test('retries a failed call and keeps the status', async (t) => {
  const { cluster, uid, pass } = harness((call, count) =>
    count > 1 && count < 6 ? [500, { error: 'a bug' }] : counting(call),
  )
  await settled()
  cluster.flip(uid, 'Tails')
  await settled()
  const { exchange, wait, object } = cluster.entry(uid) ?? {}
  t.match(exchange, { code: 500, body: '{"error":"a bug"}', outcome: { why: '500 a bug' } })
  t.match({ wait, object }, { wait: { failures: 1 }, object: { status: { flips: 0 } } })
  await pass(200)
  t.match(cluster.entry(uid), { wait: undefined, object: { status: { flips: 1 } } })
})

t.test('keeps an object in deletion until finalized is true, without flips', async (t) => {
  const { cluster, uid, calls, gone, pass } = harness((call, count) => {
    if (call.hook === 'sync') return counting(call)
    // The third call is about the status of the second.
    const finalized = count === 4
    const resync = finalized ? {} : { resyncAfterSeconds: 1 }
    return [200, { status: status(0), finalized, ...resync }]
  })
  await settled()
  cluster.remove(uid)
  await settled()
  t.match(calls.at(-1), {
    hook: 'finalize',
    finalizing: true,
    parent: { metadata: { generation: 2 } },
  })
  t.match(cluster.flip(uid, 'Tails'), /takes no more flips/)
  t.same(cluster.names(), ['lucky'])
  await pass(1_000)
  t.same(gone, ['lucky'])
  t.equal(cluster.entry(uid), undefined)
  await pass(60_000)
  t.equal(calls.length, 4, 'nobody calls for it any more')
  t.notMatch(cluster.create('lucky'), { fault: String }, 'its name is free again')
})

t.test('calls once for each restored object', async (t) => {
  const before = harness(counting)
  await settled()
  before.cluster.flip(before.uid, 'Tails')
  await settled()
  const after = harness(counting)
  await settled()
  after.cluster.restore(before.cluster.objects())
  await settled()
  t.match(after.calls.at(-1)?.parent, { metadata: { uid: before.uid }, spec: { flips: ['Tails'] } })
  t.equal(after.calls.length, 2)
})
