import t from 'tap'
import { shapeOf } from '../lib/cluster/shape.ts'

const parent = { metadata: { name: 'a', generation: 1 }, spec: { flips: [] } }
const call = { headers: { host: 'x' }, body: { parent, children: {}, finalizing: false } }

for (const [name, changed, isSame] of [
  ['another value is the same shape', { ...parent, metadata: { name: 'b', generation: 2 } }, true],
  [
    'flips and statuses are not its own',
    { ...parent, spec: { flips: ['Tails'] }, status: {} },
    true,
  ],
  ['a new field is another shape', { ...parent, selector: {} }, false],
  ['a missing one as well', { spec: parent.spec }, false],
  ['and one of another type', { ...parent, metadata: { name: 'a', generation: '1' } }, false],
] as const)
  t.test(name, async (t) => {
    const other = shapeOf({ ...call, body: { ...call.body, parent: changed } })
    if (isSame) t.same(other, shapeOf(call))
    else t.notSame(other, shapeOf(call))
  })
