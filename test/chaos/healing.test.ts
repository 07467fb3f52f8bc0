import t from 'tap'
import { planTrials } from './healing/plan.ts'
import { goalLine, type Result, recoverySection } from './healing/report.ts'

const trialsOf = (env: NodeJS.ProcessEnv) =>
  planTrials(env, 45).map(({ objects, resyncSeconds, outages }) =>
    [objects, resyncSeconds, ...outages].join(' '),
  )

t.test('plans the trials that are asked for', async (t) => {
  for (const [name, env, trials] of [
    [
      'by default four sizes, with another period for 1,000 objects and for 100,000',
      {},
      [
        '100 45 replicas nats-server',
        '1000 45 replicas nats-server',
        '1000 20 replicas',
        '10000 45 replicas nats-server',
        '100000 300 replicas',
      ],
    ],
    ['a size of its own', { OBJECTS: '7' }, ['7 45 replicas nats-server']],
    ['a size and a period', { OBJECTS: '7', RESYNC: '5' }, ['7 5 replicas nats-server']],
  ] as const)
    t.same(trialsOf(env), trials, name)
})

t.test('names the setting that is invalid', async (t) => {
  for (const env of [{ OBJECTS: 'many' }, { RESYNC: '0' }])
    t.throws(() => trialsOf(env), { message: new RegExp(Object.keys(env).join()) })
})

const resultOf = (parts: Partial<Result>, allMs: number): Result => ({
  objects: 10_000,
  resyncSeconds: 45,
  outage: 'replicas',
  outageMs: 60_000,
  failures: 3_100,
  recoveredMs: [9_000, 20_000, allMs],
  metacontroller: 13,
  service: 15,
  ...parts,
})

t.test('compares the worst result with the shipped period to the goal', async (t) => {
  const [quick, slow] = [resultOf({}, 30_000), resultOf({ outage: 'nats-server' }, 61_000)]
  t.match(goalLine([quick], 45), 'reached (30.0 s)')
  t.match(goalLine([quick, slow], 45), '**missed** (61.0 s)')
  t.match(goalLine([quick, resultOf({ resyncSeconds: 300 }, 99_000)], 45), 'reached (30.0 s)')
  t.equal(goalLine([resultOf({ objects: 1_000 }, 1)], 45), undefined, 'not measured')
})

t.test('shows every trial, and each idle cost once', async (t) => {
  const part = recoverySection(
    [resultOf({}, 30_000), resultOf({ outage: 'nats-server' }, 4_000)],
    45,
  )
  t.match(part, '| 10000 | replicas | 45 s | 60.0 s | 3100 | 9.0 s | 20.0 s | 30.0 s |')
  t.match(part, '| 10000 | nats-server | 45 s |')
  t.equal(part.split('| 10000 | 45 s | 13 | 15 |').length, 2)
})
