import t from 'tap'
import { hasFinalizer, parseRows } from '../../../hack/coinflips/coinflips.ts'
import { explainRefusal, flip } from '../../../hack/coinflips/flip.ts'
import { republish } from '../../../hack/coinflips/resync.ts'
import { formatStatus, type StoredCoinFlip } from '../../../hack/coinflips/status.ts'
import type { Kubectl } from '../../../hack/kube/kubectl.ts'
import { formatNames } from '../../../server/cluster/coinflips.ts'
import type { Condition } from '../../../server/domain/coinflip.ts'

t.test('parses CoinFlips from the output of kubectl', async (t) => {
  const ours = '["other/x","metacontroller.io/compositecontroller-coinflip"]'
  const rows = parseRows(
    [
      `ns\ta\t\t${ours}\t2\t2\tTrue\t3\tPublished\tall of them`,
      `ns\tb\t2026-11-22T12:00:00Z\t["other/x"]\t3\t2\tTrue\t0\tPublished\t`,
      'ns\tc\t\t\t1\t\t\t\t\t',
      '',
    ].join('\n'),
  )
  t.match(rows, [
    {
      ...{ name: 'a', deleting: false, seen: true, settled: true },
      ...{ notifications: 3, reason: 'Published', message: 'all of them' },
    },
    { name: 'b', deleting: true, seen: false, settled: false },
    { name: 'c', deleting: false, seen: false, settled: false, finalizers: [], notifications: 0 },
  ])
  t.same(rows.map(hasFinalizer), [true, false, false])
  t.equal(formatNames(rows, 5), 'ns/a, ns/b, ns/c')
  t.equal(formatNames(rows, 2), 'ns/a, ns/b and 1 more')
})

const target = { namespace: 'ns', name: 'a' }
for (const [failure, words] of [
  [
    'The CoinFlip "a" is invalid: spec.flips: Too many: 10001: must have at',
    /^ns\/a has 10000 flips/,
  ],
  [
    'Error from server (NotFound): namespaces "ns" not found',
    /^there is no namespace ns: `kubectl create/,
  ],
  [
    "x is forbidden: ValidatingAdmissionPolicy 'p' denied request: being deleted",
    /^ns\/a: being deleted$/,
  ],
  ['Error from server (Forbidden): no', /^ns\/a: no$/],
] as const)
  t.match(explainRefusal(target, failure), words, failure)

t.test('appends a flip or creates the object, with other clients flipping too', async (t) => {
  const absent = 'Error from server (NotFound): coinflips.games.example.com "a" not found'
  const exists = 'Error from server (AlreadyExists): coinflips.games.example.com "a" already exists'
  for (const [name, failures, verbs, created] of [
    ['it is there', [undefined], ['patch'], false],
    ['it is not', [absent, undefined], ['patch', 'create'], true],
    ['it is made meanwhile', [absent, exists, undefined], ['patch', 'create', 'patch'], false],
  ] as const) {
    const asked: string[] = []
    const kubectl: Kubectl = async ([verb = '']) => {
      const failure = failures[asked.push(verb) - 1]
      return { stdout: '', stderr: '', ...(failure && { failure }) }
    }
    t.equal(await flip(kubectl, target, 'Tails'), created, name)
    t.same(asked, verbs, name)
  }
})

const ready = (status: 'True' | 'False', generation = 2): Condition => ({
  type: 'Ready',
  status,
  observedGeneration: generation,
  lastTransitionTime: '2026-11-22T12:00:00Z',
  reason: 'x',
  message: '',
})
const stored = (more: object = {}): StoredCoinFlip => ({
  metadata: { name: 'a', namespace: 'ns', uid: 'u', generation: 2 },
  spec: { flips: [] },
  status: {
    observedGeneration: 2,
    flips: 1,
    heads: 0,
    tails: 1,
    streak: { face: 'Tails', length: 1 },
    milestones: 2,
    notifications: 2,
    conditions: [ready('True')],
    ...more,
  },
})

t.test('formats a status', async (t) => {
  const { status, ...without } = stored()
  const away = { ...ready('False'), type: 'Notified', reason: 'Away', message: 'check it' }
  for (const [line, object] of [
    ['1 flip, Tails x 1, 2 of 2 milestones published, Ready', stored()],
    ['no status yet', without],
    [/not seen by the controller yet$/, stored({ observedGeneration: 1 })],
    [/1 of 2 milestones published/, stored({ notifications: 1 })],
    [/Away: check it$/, stored({ conditions: [ready('False'), away] })],
  ] as const)
    t.match(formatStatus(object), line)
})

t.test('refuses to republish an object without a status', async (t) => {
  const { status, ...without } = stored()
  const changes: string[] = []
  const serve =
    (object: object | undefined): Kubectl =>
    async ([verb = '']) => {
      if (verb !== 'get') changes.push(verb)
      return { stdout: object ? JSON.stringify(object) : '', stderr: '' }
    }
  await t.rejects(republish(serve(undefined), target), /there is no CoinFlip ns\/a/)
  await t.rejects(republish(serve(without), target), /ns\/a has no status yet/)
  t.same(changes, [])
  t.equal(await republish(serve(stored()), target), 2)
  t.same(changes, ['patch', 'annotate'], 'the count first, then the sync')
})
