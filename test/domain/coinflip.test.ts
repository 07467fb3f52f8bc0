import t from 'tap'
import { Value } from 'typebox/value'
import { CoinFlip, isAnnotated, maxFlips, pausedAnnotation } from '../../server/domain/coinflip.ts'
import { coinflip } from '../lib/coinflip.ts'

for (const [name, meta, accepted] of [
  ['a plain object', {}, true],
  ['a name with dots', { name: 'table.no-1' }, true],
  ['a uid of Kubernetes', { uid: '3f162fc2-7f29-4615-9518-7dcb0721e41b' }, true],
  ...['*', '>', 'a.b', 'a b', 'a\n', '\na', '', 'ä', 'a'.repeat(300), '-a'].flatMap((text) => [
    [`the uid ${JSON.stringify(text.slice(0, 9))}`, { uid: text }, false] as const,
    [`the namespace ${JSON.stringify(text.slice(0, 9))}`, { namespace: text }, false] as const,
  ]),
  ['a name with a blank', { name: 'a b' }, false],
  ['a fraction as generation', { generation: 1.5 }, false],
  ['an annotation that is no text', { annotations: { a: 1 } as never }, false],
] as const)
  t.equal(
    Value.Check(CoinFlip, coinflip('HT', meta)),
    accepted,
    `${name} is ${accepted ? 'accepted' : 'refused'}`,
  )

for (const [letters, accepted] of [
  ['', true],
  ['T'.repeat(maxFlips), true],
  ['T'.repeat(maxFlips + 1), false],
] as const)
  t.equal(Value.Check(CoinFlip, coinflip(letters)), accepted, `${letters.length} flips`)

for (const [value, expected] of [
  ['true', true],
  ['True', false],
  ['1', false],
  ['', false],
] as const)
  t.equal(
    isAnnotated(
      coinflip('', { annotations: { [pausedAnnotation]: value } }).metadata,
      pausedAnnotation,
    ),
    expected,
    `an annotation of ${JSON.stringify(value)} means ${expected}`,
  )
