import t from 'tap'
import { judgeRows, parseRows, type Row } from '../../../hack/doctor/coinflips.ts'
import { expectFinding } from './expect-finding.ts'

const [ready, pending, fresh, none] = parseRows(
  [
    'ns\tready\t3\t3\tTrue\tPublished\t2 notifications acknowledged',
    'ns\tpending\t3\t3\tFalse\tBrokerUnavailable\t1 of 2 pending: NATS',
    'ns\tfresh\t3\t2\tTrue\tPublished\tx',
    'ns\tnone\t1\t\t\t\t',
    '',
  ].join('\n'),
) as [Row, Row, Row, Row]
t.same([ready.isSeen, fresh.isSeen, none.isSeen], [true, false, false])
const paused: Row = { ...pending, name: 'ns/paused', reason: 'Paused', message: 'remove it' }

for (const [name, rows, ...expected] of [
  ['none', [], 'ok', /none so far/],
  ['all ready', [ready, ready], 'ok', /^2 CoinFlips: 2 Ready$/],
  [
    'one waits',
    [ready, pending],
    'failure',
    /1 Ready, 1 BrokerUnavailable$/,
    /describe .* pending$/,
  ],
  ['one is held back', [ready, paused], 'warning', /1 Ready, 1 Paused$/, /describe .* paused$/],
  ['one is new', [ready, none], 'warning', /1 not seen by the controller$/, /none$/],
  ['nobody sees any', [fresh, none], 'failure', /^2 CoinFlips: 2 not seen/, /fresh$/],
] as const)
  expectFinding(t, judgeRows(rows), expected, name)

const { details } = judgeRows([pending, ready, none, pending, pending, pending])
t.same(details, [
  'ns/pending: BrokerUnavailable, 1 of 2 pending: NATS',
  'ns/none: not seen by the controller',
  'ns/pending: BrokerUnavailable, 1 of 2 pending: NATS',
  'and 2 more',
])
