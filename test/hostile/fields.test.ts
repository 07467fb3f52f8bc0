import t from 'tap'
import { arrayNotifier, coinflip, context } from '../lib/coinflip.ts'
import { post, realApp } from '../lib/real-app.ts'

/** What each field may be; all other values are refused. */
const fields: Record<string, readonly string[] | 'anything'> = {
  parent: [],
  'parent.apiVersion': ['missing'],
  'parent.kind': ['missing'],
  'parent.metadata': [],
  'parent.metadata.namespace': ['a text'],
  'parent.metadata.name': ['a text'],
  'parent.metadata.uid': ['a text'],
  'parent.metadata.generation': ['missing', 'a number'],
  'parent.metadata.annotations': ['missing', 'an object'],
  'parent.metadata.deletionTimestamp': ['missing', 'a text'],
  'parent.spec': [],
  'parent.spec.flips': ['a list'],
  'parent.spec.flips.0': [],
  'parent.status': 'anything',
  finalizing: ['missing', 'a switch'],
}

const values = {
  missing: undefined,
  null: null,
  'a switch': true,
  'a number': 7,
  'a fraction': 1.5,
  'a text': 'x',
  'a list': [],
  'an object': {},
  'a list of lists': [[]],
} as const

function withField(path: string, value: unknown) {
  const call: Record<string, unknown> = {
    finalizing: false,
    parent: { ...coinflip('TTT'), apiVersion: 'games.example.com/v1alpha1', kind: 'CoinFlip' },
  }
  const names = path.split('.')
  const last = names.pop() ?? ''
  const copy = structuredClone(call)
  const owner = names.reduce((at, name) => at[name] as Record<string, unknown>, copy)
  if (value === undefined && !Array.isArray(owner)) delete owner[last]
  else owner[last] = value
  return copy
}

t.test('accepts or refuses each field by type, and by its presence', async (t) => {
  const { notifier, flips } = arrayNotifier(() => undefined)
  const { app } = await realApp(t, context(notifier).context)
  let accepted = 0
  for (const url of ['/sync', '/finalize'])
    for (const [path, fitting] of Object.entries(fields))
      for (const [name, value] of Object.entries(values)) {
        const { code, body } = await post(app, url, withField(path, value))
        const fits = fitting === 'anything' || fitting.includes(name)
        t.equal(code, fits ? 200 : 400, `${url}: ${path} is ${name}`)
        if (fits) accepted += 1
        else t.match(body.error, /^(parent|finalizing)[. ]/, 'the refusal names a field')
      }
  t.ok(flips().length <= accepted, 'refused calls publish nothing')
})

t.test('accepts any stored status', async (t) => {
  const { notifier, flips } = arrayNotifier(() => undefined)
  const { app } = await realApp(t, context(notifier).context)
  const condition = { type: 'Ready', status: 'True', lastTransitionTime: 'x'.repeat(100_000) }
  for (const [name, status] of [
    ['of another version', { phase: 'Done', counts: { heads: 1 } }],
    ['with long conditions', { conditions: Array(20).fill(condition) }],
    ['with conditions that are numbers', { conditions: [1, 2, 3] }],
    ['with conditions that are an object', { conditions: { Ready: true } }],
    ['with a count beyond all numbers', { notifications: 1e308 }],
    ['with a count that is a list', { notifications: [1] }],
    ['with a negative count', { notifications: -1 }],
    ['that is a list', [1, 2]],
    ['that is a text', 'notifications'],
  ] as const) {
    const { code, body } = await post(app, '/sync', { parent: { ...coinflip('TTT'), status } })
    t.equal(code, 200, `a status ${name} is no error`)
    t.match(body.status, { flips: 3, milestones: 1, notifications: 1 })
  }
  t.ok(flips().every((flip) => flip === 3))
})
