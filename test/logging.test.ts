import pino from 'pino'
import t from 'tap'
import { createMetrics } from '../server/app/metrics.ts'
import { observeBroker } from '../server/logging.ts'
import type { StreamState } from '../server/nats/stream.ts'

t.test('logs and exports each change of the stream', async (t) => {
  const lines: { msg: string; reason?: string; issues?: string[] }[] = []
  const log = pino({ base: null }, { write: (line) => void lines.push(JSON.parse(line)) })
  const metrics = createMetrics()
  const observer = observeBroker(log, metrics)
  const fit: StreamState = { kind: 'present', issues: [], created: false }
  for (const [name, state, value, line] of [
    ['valid from the start', fit, 1, undefined],
    [
      'degraded',
      { ...fit, issues: [{ effect: 'weak', text: 'max_age removes messages' }] },
      0,
      { msg: 'stream configuration weakens exactly-once', issues: ['max_age removes messages'] },
    ],
    ['fixed', fit, 1, { msg: 'stream recovered' }],
    [
      'deleted',
      { kind: 'StreamMissing' },
      0,
      { msg: 'stream unavailable', reason: 'StreamMissing' },
    ],
    [
      'refused',
      { kind: 'Misconfigured', code: 10027, issue: 'maximum number of streams reached' },
      0,
      { msg: 'stream unavailable', code: 10027, issue: 'maximum number of streams reached' },
    ],
    ['created again', { ...fit, created: true }, 1, { msg: 'stream recovered' }],
  ] as [string, StreamState, number, object | undefined][]) {
    lines.length = 0
    observer.stream(state)
    const [shown] = (await metrics.streamConfigValid.get()).values
    t.equal(shown?.value, value, name)
    t.equal(lines.length, line ? 1 : 0, name)
    if (line) t.match(lines[0], line, name)
  }
})
