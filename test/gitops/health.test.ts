import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { conditions } from '../../server/domain/conditions.ts'
import type { Hindrance } from '../../server/domain/hindrance.ts'
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
  paused: ['Suspended', '1 of 1 notification outstanding: remove the annotation'],
  'broker-unavailable': ['Progressing', '1 of 1 notification outstanding: NATS does not answer'],
  'stream-missing': ['Degraded', '1 of 1 notification outstanding: the stream does not exist'],
  'not-authorized': ['Degraded', '1 of 1 notification outstanding: NATS refuses the service'],
  'older-generation': ['Progressing', waiting],
  'no-status': ['Progressing', waiting],
}

t.test('Argo CD tells the health of recorded CoinFlips', async (t) => {
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

const byHindrance: Record<Hindrance['kind'], Health> = {
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

t.test('Argo CD knows every reason of a notification that is outstanding', async (t) => {
  for (const [kind, status] of Object.entries(byHindrance)) {
    const hindrance = { kind, code: 1 } as Hindrance
    const facts = { generation: 1, milestones: [3], notifications: 0, deleting: false, hindrance }
    const object = {
      metadata: { generation: 1 },
      status: { observedGeneration: 1, conditions: conditions(facts, undefined, new Date()) },
    }
    t.equal((await runHealthCheck(script, object)).status, status, kind)
  }
})

t.test('Flux fails for the same reasons', async (t) => {
  const [{ spec }] = examples('kustomize.toolkit.fluxcd.io/', 'Kustomization')
  const [{ failed, current }] = spec.healthCheckExprs
  const [, list = ''] = /!\(c\.reason in \[(.*)\]\)/.exec(failed) ?? []
  t.same(
    list.split(', ').map((text) => text.slice(1, -1)),
    Object.keys(byHindrance).filter(
      (kind) => byHindrance[kind as keyof typeof byHindrance] !== 'Degraded',
    ),
  )
  t.match(current, "c.type == 'Ready'")
})

t.test('a script finds no more of Lua here than in Argo CD', async (t) => {
  const script = 'return { status = tostring(string), message = tostring(table ~= nil) }'
  t.same(await runHealthCheck(script, {}), { status: 'nil', message: 'true' })
})
