import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import type { PendingReason } from '../../server/domain/pending-reason.ts'
import { computeConditions } from '../../server/hook/conditions.ts'
import { examples } from './guide.ts'
import { runHealthCheck } from './lua.ts'

type Health = 'Healthy' | 'Progressing' | 'Suspended' | 'Degraded'

const folder = new URL('../fixtures/coinflips/', import.meta.url)
const [settings] = examples('v1', 'ConfigMap')
const script = settings.data['resource.customizations.health.games.example.com_CoinFlip']
const waiting = 'waiting for the operator'

const recorded: Record<string, [Health, string]> = {
  published: ['Healthy', '1 notification acknowledged by the stream'],
  'nothing-to-publish': ['Healthy', 'no milestone so far'],
  paused: ['Suspended', '1 of 1 notification pending: remove the annotation'],
  'broker-unavailable': ['Progressing', '1 of 1 notification pending: NATS does not respond'],
  'stream-missing': ['Degraded', '1 of 1 notification pending: the stream does not exist'],
  'not-authorized': ['Degraded', '1 of 1 notification pending: NATS refuses the service'],
  'older-generation': ['Progressing', waiting],
  'no-status': ['Progressing', waiting],
}

t.test('the health check of Argo CD judges recorded CoinFlips', async (t) => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  t.same(
    files,
    Object.keys(recorded)
      .map((name) => `${name}.json`)
      .sort(),
    'all of them',
  )
  for (const [name, [status, message]] of Object.entries(recorded)) {
    const object = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))
    const health = await runHealthCheck(script, object)
    t.equal(health.status, status, name)
    t.ok(health.message.startsWith(message), `${name}: ${health.message}`)
  }
})

const byPendingReason: Record<PendingReason['kind'], Health> = {
  Connecting: 'Progressing',
  BrokerUnavailable: 'Progressing',
  InProgress: 'Progressing',
  Paused: 'Suspended',
  JetStreamNotEnabled: 'Degraded',
  StreamMissing: 'Degraded',
  StreamFull: 'Degraded',
  StreamNotResponding: 'Degraded',
  NotAuthorized: 'Degraded',
  InvalidFile: 'Degraded',
  Misconfigured: 'Degraded',
  InvalidObject: 'Degraded',
}

t.test('the health check of Argo CD covers every reason of Notified', async (t) => {
  for (const [kind, status] of Object.entries(byPendingReason)) {
    const pendingReason = { kind, code: 1 } as PendingReason
    const facts = {
      generation: 1,
      milestones: [3],
      notifications: 0,
      isDeleting: false,
      pendingReason,
    }
    const object = {
      metadata: { generation: 1 },
      status: {
        observedGeneration: 1,
        conditions: computeConditions(facts, undefined, new Date()),
      },
    }
    t.equal((await runHealthCheck(script, object)).status, status, kind)
  }
})

t.test('the health check of Flux fails for the same reasons', async (t) => {
  const [{ spec }] = examples('kustomize.toolkit.fluxcd.io/', 'Kustomization')
  const [{ failed, current }] = spec.healthCheckExprs
  const [, list = ''] = /!\(c\.reason in \[(.*)\]\)/.exec(failed) ?? []
  t.same(
    list.split(', ').map((text) => text.slice(1, -1)),
    Object.keys(byPendingReason).filter(
      (kind) => byPendingReason[kind as keyof typeof byPendingReason] !== 'Degraded',
    ),
  )
  t.match(current, "c.type == 'Ready'")
})

t.test('the test gives a script the Lua libraries of Argo CD only', async (t) => {
  const script = 'return { status = tostring(string), message = tostring(table ~= nil) }'
  t.same(await runHealthCheck(script, {}), { status: 'nil', message: 'true' })
})
