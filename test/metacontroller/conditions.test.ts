import t from 'tap'
import { updateConditions, type Verdict } from '../../server/metacontroller/index.ts'

const now = new Date('2026-11-22T12:00:00.900Z')
const ready = (status: Verdict['status']): Verdict => ({
  type: 'Ready',
  status,
  reason: 'Reconciled',
  message: 'done',
})
const earlier = '2026-11-01T00:00:00Z'

t.test('a condition keeps its time while its status stays, Unknown as well', async (t) => {
  for (const status of ['True', 'False', 'Unknown'] as const) {
    const stored = [{ ...ready(status), lastTransitionTime: earlier }]
    t.same(updateConditions(stored, [ready(status)], 2, now), [
      { ...ready(status), observedGeneration: 2, lastTransitionTime: earlier },
    ])
  }
})

t.test('a condition of another status gets the present time in whole seconds', async (t) => {
  const stored = [{ ...ready('False'), lastTransitionTime: earlier }]
  t.match(updateConditions(stored, [ready('True')], 2, now), [
    { lastTransitionTime: '2026-11-22T12:00:00Z' },
  ])
})

t.test('an answer computed again is equal, so Metacontroller does not call again', async (t) => {
  const first = updateConditions(undefined, [ready('True')], 1, now)
  const later = new Date(now.getTime() + 3_600_000)
  t.same(updateConditions(JSON.parse(JSON.stringify(first)), [ready('True')], 1, later), first)
})
