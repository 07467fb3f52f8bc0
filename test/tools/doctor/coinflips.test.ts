import t from 'tap'
import type { Row } from '../../../hack/coinflips/coinflips.ts'
import { judgeCoinFlips, judgeResync } from '../../../hack/doctor/coinflips.ts'
import { expectFinding } from './expect-finding.ts'

const row = (name: string, more: Partial<Row>): Row => ({
  namespace: 'ns',
  name,
  deleting: false,
  finalizers: [],
  seen: true,
  settled: false,
  notifications: 1,
  reason: 'Published',
  message: '',
  ...more,
})
const ready = row('ready', { settled: true })
const pending = row('pending', { reason: 'BrokerUnavailable', message: '1 of 2 pending' })
const paused = row('paused', { reason: 'Paused' })
const fresh = row('fresh', { seen: false })

for (const [name, rows, ...expected] of [
  ['no CRD', undefined, 'skipped', /waits for the CRD/],
  ['none', [], 'ok', /none so far/],
  ['all ready', [ready, ready], 'ok', /^2 CoinFlips: 2 Ready$/],
  [
    'one waits',
    [ready, paused, pending],
    'failure',
    /: 1 Ready, 1 Paused, 1 BrokerUnavailable; ns\/pending: 1 of 2 pending$/,
    /^kubectl --namespace ns describe coinflips\.games\.example\.com pending$/,
  ],
  ['one is held back', [ready, paused], 'warning', /1 Ready, 1 Paused;/, /describe .* paused$/],
  ['one is new', [ready, fresh], 'warning', /1 not seen by the controller;/, /fresh$/],
  ['nobody sees any', [fresh, fresh], 'failure', /^2 CoinFlips: 2 not seen/, /fresh$/],
] as const)
  expectFinding(t, judgeCoinFlips(rows), expected, name)

t.test('warns where a sync of all takes much of the period between two', async (t) => {
  const every = (resyncPeriodSeconds?: number) => ({
    apiVersion: 'metacontroller.k8s.io/v1alpha1',
    kind: 'CompositeController',
    metadata: { name: 'coinflip' },
    spec: { resyncPeriodSeconds },
  })
  for (const [name, count, composite] of [
    ['few', 13_500, every(45)],
    ['many, seldom', 100_000, every(667)],
    ['no period', 100_000, every()],
    ['no CompositeController', 100_000, undefined],
  ] as const)
    t.equal(judgeResync(count, composite), undefined, name)
  const found = judgeResync(100_000, every(45)) ?? { level: 'ok', text: 'nothing' }
  expectFinding(t, found, ['warning', /^every 45 s .* 100000 /, / to 667$/], 'many, often')
})
