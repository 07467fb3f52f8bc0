import t from 'tap'
import type { Hindrance } from '../../server/domain/hindrance.ts'
import { resyncAfterSeconds } from '../../server/hook/resync.ts'
import { noon } from '../lib/coinflip.ts'

const away: Hindrance = { kind: 'BrokerUnavailable' }

function delayAt(ageSeconds: number, hindrance: Hindrance | undefined, random: number) {
  const condition = {
    type: 'Notified',
    status: 'False' as const,
    observedGeneration: 1,
    lastTransitionTime: noon,
    reason: 'BrokerUnavailable',
    message: '',
  }
  const now = new Date(Date.parse(noon) + ageSeconds * 1000)
  return resyncAfterSeconds(hindrance, [condition], now, random)
}

for (const [name, ageSeconds, hindrance, random, expected] of [
  ['nothing outstanding is not looked at again', 5, undefined, 0, undefined],
  ['a pause is not looked at again', 5, { kind: 'Paused' }, 0, undefined],
  ['what is in progress goes on after a second', 500, { kind: 'InProgress' }, 0.9, 1],
  ['the first wait is a second', 0, away, 0, 1],
  ['a wait is as long as the condition is old', 8, away, 0, 8],
  ['a wait is spread by up to a fifth', 10, away, 1, 12],
  ['the longest wait is a minute, spread and all', 86_400, away, 1, 60],
  ['an old outage leaves room for the spread', 86_400, away, 0, 50],
  ['a clock that went back is no error', -30, away, 0, 1],
] as const)
  t.equal(delayAt(ageSeconds, hindrance, random), expected, name)
