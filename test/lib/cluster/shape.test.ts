import t from 'tap'
import { shapeOf } from './shape.ts'

const parent = { metadata: { name: 'a', generation: 1 }, spec: { flips: [] } }
const call = { headers: { host: 'x' }, body: { parent, children: {}, finalizing: false } }

for (const [name, changed, isSame] of [
  ['another value', { ...parent, metadata: { name: 'b', generation: 2 } }, true],
  ['flips and a status', { ...parent, spec: { flips: ['Tails'] }, status: {} }, true],
  ['a new field', { ...parent, selector: {} }, false],
  ['a missing field', { spec: parent.spec }, false],
  ['a field of another type', { ...parent, metadata: { name: 'a', generation: '1' } }, false],
] as const)
  t.test(`${isSame ? 'is equal' : 'differs'} with ${name}`, async (t) => {
    const other = shapeOf({ ...call, body: { ...call.body, parent: changed } })
    if (isSame) t.same(other, shapeOf(call))
    else t.notSame(other, shapeOf(call))
  })
