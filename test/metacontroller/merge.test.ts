import t from 'tap'
import { merge } from '../../server/metacontroller/testing/merge.ts'

for (const [name, observed, applied, desired, expected] of [
  ['sets a field', { a: 1 }, {}, { b: 2 }, { a: 1, b: 2 }],
  ['takes back what somebody has changed', { a: 9 }, { a: 1 }, { a: 1 }, { a: 1 }],
  ['keeps what somebody has added', { a: 1, mine: 2 }, { a: 1 }, { a: 1 }, { a: 1, mine: 2 }],
  ['removes what is no longer desired', { a: 1, b: 2 }, { a: 1, b: 2 }, { a: 1 }, { a: 1 }],
  ['goes into objects', { o: { a: 1, mine: 2 } }, {}, { o: { a: 3 } }, { o: { a: 3, mine: 2 } }],
  ['replaces a list of values', { l: [1, 2] }, { l: [1] }, { l: [3] }, { l: [3] }],
  [
    'merges a list of objects by their name, in the observed order, new items last',
    [{ name: 'a', x: 1 }, { name: 'mine' }, { name: 'old' }],
    [{ name: 'a', x: 1 }, { name: 'old' }],
    [{ name: 'new' }, { name: 'a', x: 2 }],
    [{ name: 'a', x: 2 }, { name: 'mine' }, { name: 'new' }],
  ],
  [
    'prefers the port of a container to its name',
    [{ containerPort: 80, name: 'a' }],
    [],
    [{ containerPort: 80, name: 'b' }],
    [{ containerPort: 80, name: 'b' }],
  ],
  ['replaces a list of objects without a common key', [{ a: 1 }], [], [{ b: 1 }], [{ b: 1 }]],
  ['replaces a value of another type', { a: 'x' }, {}, { a: { b: 1 } }, { a: { b: 1 } }],
] as const)
  t.same(merge(observed, applied, desired), expected, name)
