import t from 'tap'
import {
  counts,
  describeChange,
  formerCondition,
  formerCount,
  shownCount,
} from '../../../hack/playground/page/changes.js'
import { stepsAfter } from '../../../hack/playground/page/steps.js'
import type { CoinFlipStatus } from '../../../server/domain/coinflip.ts'
import type { PendingReason } from '../../../server/domain/pending-reason.ts'
import { tally } from '../../../server/domain/tally.ts'
import { buildStatus } from '../../../server/hook/reconcile.ts'
import { condition, faces, noon } from '../../lib/coinflip.ts'

/** The status that the service answers for a history, with so many messages stored. */
function status(
  letters: string,
  notifications: number,
  kind?: 'BrokerUnavailable',
): CoinFlipStatus {
  const pendingReason: PendingReason | undefined = kind && { kind }
  const outcome = { notifications, pendingReason, isDeleting: false }
  return buildStatus(1, tally(faces(letters)), outcome, undefined, new Date(noon))
}

t.test('shows the former value of a count that changed', async (t) => {
  const before = status('HTT', 0)
  const after = status('HTTT', 1)
  const shown = counts.map(([field]) => [
    field,
    shownCount(after, field),
    formerCount(before, after, field),
  ])
  t.same(shown, [
    ['flips', '4', '3'],
    ['heads', '1', undefined],
    ['tails', '3', '2'],
    ['streak', 'Tails ×3', 'Tails ×2'],
    ['milestones', '1', '0'],
    ['notifications', '1', '0'],
  ])
  t.equal(shownCount(status('', 0), 'streak'), 'none')
  t.equal(shownCount(undefined, 'flips'), '–')
  t.equal(formerCount(undefined, after, 'flips'), undefined, 'the first status is no change')
})

t.test('shows the former state of a condition that changed', async (t) => {
  const before = status('TTT', 1)
  const after = status('TTTHTTT', 1, 'BrokerUnavailable')
  t.equal(formerCondition(before, condition(after, 'Notified')), 'True, Published')
  t.equal(formerCondition(before, condition(after, 'ThreeTails')), undefined)
  t.equal(formerCondition(undefined, condition(after, 'Notified')), undefined)
})

t.test('announces a change in a sentence, and nothing without a change', async (t) => {
  const before = status('TTT', 1)
  const away = status('TTTHTTT', 1, 'BrokerUnavailable')
  const said =
    '7 flips. Notified is False: BrokerUnavailable. Ready is False: NotificationsPending.'
  t.equal(describeChange(before, away), said)
  t.equal(describeChange(away, away), '')
  t.equal(describeChange(undefined, status('T', 0)), '1 flip.')
})

t.test('marks the steps of the introduction as they are done', async (t) => {
  let done = stepsAfter(new Set(), status('TT', 0))
  const after = (next: CoinFlipStatus) => {
    done = stepsAfter(done, next)
    return [...done]
  }
  t.same(after(status('TT', 0)), [])
  t.same(after(status('TTT', 1)), ['stored'], 'nothing is healed that was not away')
  t.same(after(status('TTTHTTT', 1, 'BrokerUnavailable')), ['stored', 'away'])
  t.same(after(status('TTTHTTT', 2)), ['stored', 'away', 'healed'])
})
