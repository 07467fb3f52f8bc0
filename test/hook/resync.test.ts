import t from 'tap'
import type { PendingReason } from '../../server/domain/pending-reason.ts'
import { computeResync } from '../../server/hook/resync.ts'
import { noon } from '../lib/coinflip.ts'

const unavailable: PendingReason = { kind: 'BrokerUnavailable' }

function delayAt(ageSeconds: number, pendingReason: PendingReason | undefined, random: number) {
  const condition = {
    type: 'Notified',
    status: 'False' as const,
    observedGeneration: 1,
    lastTransitionTime: noon,
    reason: 'BrokerUnavailable',
    message: '',
  }
  const now = new Date(Date.parse(noon) + ageSeconds * 1000)
  return computeResync(pendingReason, [condition], now, random)
}

for (const [name, ageSeconds, pendingReason, random, expected] of [
  ['nothing pending needs no resync', 5, undefined, 0, undefined],
  ['a pause needs no resync', 5, { kind: 'Paused' }, 0, undefined],
  ['a history in progress continues after a second', 500, { kind: 'InProgress' }, 0.9, 1],
  ['the first wait is a second', 0, unavailable, 0, 1],
  ['a wait is as long as the condition is old', 8, unavailable, 0, 8],
  ['a wait is spread by up to 20 %', 10, unavailable, 1, 12],
  ['the longest wait is a minute, including the spread', 86_400, unavailable, 1, 60],
  ['an old outage leaves room for the spread', 86_400, unavailable, 0, 50],
  ['a clock that was set back is no error', -30, unavailable, 0, 1],
] as const)
  t.equal(delayAt(ageSeconds, pendingReason, random), expected, name)
