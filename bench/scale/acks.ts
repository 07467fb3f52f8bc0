import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../hack/lib/root.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { buildEvent, buildSubject } from '../../server/domain/milestone.ts'
import type { Notifier } from '../../server/hook/notifier.ts'
import { openBroker } from '../../server/nats/broker.ts'
import { type Brokers, startBrokers } from '../../test/lib/brokers.ts'
import { type Server, startService } from '../../test/lib/load/server.ts'

/** How long acknowledgements take with so many replicas of the stream. */
export interface AckResults {
  replicas: number
  /** From each publish to its acknowledgement, one publish after the other. */
  delaysMs: number[]
  /** The calls that one object with thousands of new milestones takes. */
  calls: { stored: number; ms: number }[]
}

const stream = { name: 'COINFLIPS', prefix: 'coinflips.three-tails' }
const publishes = 2_000
const maximumCalls = 20
const publishLimitMs = 20_000

async function publishDelays(notifier: Notifier, round: number): Promise<number[]> {
  const delaysMs: number[] = []
  const meta = { namespace: 'default', name: 'measured', uid: `measured-${round}` }
  for (let i = 1; i <= publishes; i++) {
    const milestone = { flip: i * 3, ordinal: i }
    const event = buildEvent(meta, milestone, '', new Date())
    const from = performance.now()
    const subject = buildSubject(stream.prefix, meta, milestone)
    const { kind } = await notifier.publish({ subject, event }, publishLimitMs)
    delaysMs.push(performance.now() - from)
    if (kind !== 'stored') throw new UserError(`a publish ended as ${kind}`)
  }
  return delaysMs
}

/** Calls the service with an object of 9,998 flips until all its milestones are stored. */
async function publishAll({ url }: Server, round: number): Promise<AckResults['calls']> {
  const file = join(root, 'test/fixtures/metacontroller-4.17.2/sync-9998-flips.json')
  const { parent } = JSON.parse(readFileSync(file, 'utf8')).body
  parent.metadata.uid = `long-${round}`
  parent.status = undefined
  const calls: AckResults['calls'] = []
  let before = 0
  while (calls.length < maximumCalls) {
    const from = performance.now()
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ parent }) })
    const { status } = (await response.json()) as {
      status: { milestones: number; notifications: number }
    }
    calls.push({ stored: status.notifications - before, ms: performance.now() - from })
    if (status.notifications === status.milestones) return calls
    before = status.notifications
    parent.status = status
  }
  throw new UserError(`${maximumCalls} calls did not store all milestones of an object`)
}

interface System {
  replicas: number
  brokers: Brokers
  broker: ReturnType<typeof openBroker>
  service: Server
}

async function startSystem(binary: string, entry: string, replicas: number) {
  const brokers = await startBrokers(binary, replicas, stream.name)
  const url = brokers.ports.map((port) => `nats://127.0.0.1:${port}`).join(',')
  const env = { NATS_STREAM_REPLICAS: String(replicas) }
  const service = await startService({ entry, natsUrl: url, pin: false, env })
  const settings = { name: stream.name, subjectPrefix: stream.prefix, create: false, replicas }
  const quiet = { connected() {}, disconnected() {}, stream() {} }
  const broker = openBroker({ url }, settings, quiet)
  await broker.firstAttempt
  return { replicas, brokers, broker, service }
}

/** Measures one nats-server and a cluster of three in turn, with file storage and the service. */
export async function measureAcks(
  binary: string,
  entry: string,
  rounds: number,
): Promise<AckResults[]> {
  const systems: System[] = []
  for (const replicas of [1, 3]) systems.push(await startSystem(binary, entry, replicas))
  const results: AckResults[] = systems.map(({ replicas }) => ({
    replicas,
    delaysMs: [],
    calls: [],
  }))
  for (let round = 0; round < rounds; round++)
    for (const [i, { broker, service }] of systems.entries()) {
      results[i]?.delaysMs.push(...(await publishDelays(broker.notifier, round)))
      results[i]?.calls.push(...(await publishAll(service, round)))
    }
  for (const { broker, brokers, service } of systems) {
    await broker.close(1_000)
    await service.stop()
    await brokers.stop()
  }
  return results
}
