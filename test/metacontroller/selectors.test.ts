import t from 'tap'
import { matchesLabels } from '../../server/metacontroller/testing/selectors.ts'

const expression = (key: string, operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist') => ({
  matchExpressions: [{ key, operator, values: ['x', 'y'] }],
})

for (const [name, selector, labels, expected] of [
  ['no selector', undefined, undefined, true],
  ['an empty selector', {}, { a: 'x' }, true],
  ['an equal label', { matchLabels: { a: 'x' } }, { a: 'x', b: 'z' }, true],
  ['another label', { matchLabels: { a: 'x' } }, { a: 'z' }, false],
  ['one of two labels', { matchLabels: { a: 'x', b: 'x' } }, { a: 'x' }, false],
  ['In', expression('a', 'In'), { a: 'y' }, true],
  ['In, without the label', expression('a', 'In'), {}, false],
  ['NotIn', expression('a', 'NotIn'), { a: 'z' }, true],
  ['NotIn, without the label', expression('a', 'NotIn'), {}, true],
  ['NotIn, one of them', expression('a', 'NotIn'), { a: 'x' }, false],
  ['Exists', expression('a', 'Exists'), { a: 'z' }, true],
  ['DoesNotExist', expression('a', 'DoesNotExist'), { a: 'z' }, false],
] as const)
  t.equal(matchesLabels(selector, labels), expected, name)
