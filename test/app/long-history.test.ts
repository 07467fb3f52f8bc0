import t from 'tap'
import { measureNotifier } from '../../server/app/metrics.ts'
import { systemClock } from '../../server/hook/context.ts'
import { condition, context } from '../lib/coinflip.ts'
import { post, realApp } from '../lib/real-app.ts'
import { openObserver, openService, startServer } from '../lib/real-broker.ts'
import { recorded } from '../lib/recorded.ts'

const { body: call } = recorded('sync-9998-flips')

/** The object of the recorded call with its first flips, of which every fourth is a head. */
function parentWith(milestones: number, status?: unknown) {
  const spec = { ...call.parent.spec, flips: call.parent.spec.flips.slice(0, milestones * 4) }
  return { ...call.parent, spec, status }
}

/** The real app in front of a real server. */
async function setUp(t: import('tap').Test, settings: Record<string, number>) {
  const server = await startServer(t)
  const { notifier, firstAttempt } = openService(t, server)
  await firstAttempt
  const { context: hooks } = context(notifier, { clock: systemClock })
  const all = { ...hooks, settings: { ...hooks.settings, ...settings } }
  const { app, metrics } = await realApp(t, all)
  const observer = await openObserver(t, server.url)
  const assertStored = async (count: number) => {
    const flips = (await observer.events()).map(({ data }) => data.flip)
    t.equal(flips.length, count, 'every milestone is stored once')
    t.same(
      flips,
      flips.toSorted((a, b) => a - b),
      'in order',
    )
  }
  return { app, metrics, notifier, assertStored }
}

t.test('publishes 2,499 milestones in one call within the budget', async (t) => {
  const count = 2_499
  const { app, assertStored } = await setUp(t, { publishBudgetMs: 60_000 })
  const { body } = await post(app, '/sync', { parent: parentWith(count) })
  t.equal(body.status.notifications, count)
  t.match(condition(body.status, 'Ready'), { status: 'True' })
  await assertStored(count)
})

t.test('continues a history beyond the budget in the next calls', async (t) => {
  // Many more than 10 ms are enough for, and few enough that a busy machine needs few calls.
  const count = 500
  const { app, assertStored } = await setUp(t, { publishBudgetMs: 1_010, publishTimeoutMs: 1_000 })
  let status: unknown
  let calls = 0
  for (let done = 0; done < count; calls += 1) {
    const { body } = await post(app, '/sync', { parent: parentWith(count, status) })
    t.ok(body.status.notifications > done, 'each call publishes some')
    done = body.status.notifications
    status = body.status
    if (done === count) break
    t.match(condition(body.status, 'Notified'), { status: 'False', reason: 'InProgress' })
    t.equal(body.resyncAfterSeconds, 1)
  }
  t.ok(calls > 1, `it took ${calls + 1} calls`)
  await assertStored(count)
})

t.test('counts publishes by their result', async (t) => {
  const { metrics, notifier } = await setUp(t, {})
  const measured = measureNotifier(notifier, metrics)
  const subject = 'coinflips.three-tails.n.u.1'
  const notification = { subject, payload: '{}', contentType: 'application/json' }
  await measured.publish(notification, 5_000)
  await measured.publish(notification, 5_000)
  const text = await metrics.registry.metrics()
  t.match(text, /coinflip_notifications_total\{result="stored"\} 1/)
  t.match(text, /coinflip_notifications_total\{result="duplicate"\} 1/)
  t.match(text, /coinflip_publish_duration_seconds_count 2/)
})
