import { UserError } from '../../hack/lib/user-error.ts'
import { buildNotification } from '../../server/domain/milestone.ts'
import type { Notifier } from '../../server/hook/notifier.ts'
import { openBroker } from '../../server/nats/broker.ts'
import { startBrokers } from '../../test/lib/brokers.ts'
import { settle, unsyncedCall } from '../../test/lib/load/bodies.ts'
import type { BenchEnvironment } from '../../test/lib/load/environment.ts'
import { startService } from '../../test/lib/load/server.ts'

/** How long acknowledgements take with so many replicas of the stream. */
export interface AckResults {
  replicas: number
  /** From each publish to its acknowledgement, one publish after the other. */
  delaysMs: number[]
  /** The calls that one object with thousands of new milestones takes. */
  calls: { stored: number; ms: number }[]
}

/** The stream of these measurements. */
export const stream = { name: 'COINFLIPS', subjectPrefix: 'coinflips.three-tails', create: false }
const publishLimitMs = 20_000

/** How long publishes take one after the other, in ms; no two rounds have the same messages. */
export async function publishDelays(
  notifier: Notifier,
  round: number,
  publishes = 2_000,
): Promise<number[]> {
  const delaysMs: number[] = []
  const meta = { namespace: 'default', name: 'measured', uid: `measured-${round}` }
  for (let i = 1; i <= publishes; i++) {
    const milestone = { flip: i * 3, ordinal: i }
    const now = new Date()
    const notification = buildNotification(stream.subjectPrefix, meta, milestone, '', now)
    const from = performance.now()
    const { kind } = await notifier.publish(notification, publishLimitMs)
    delaysMs.push(performance.now() - from)
    if (kind !== 'stored') throw new UserError(`a publish ended as ${kind}`)
  }
  return delaysMs
}

/** Calls the service with an object of 9,998 flips until all its milestones are stored. */
async function publishAll(url: string, round: number): Promise<AckResults['calls']> {
  const calls: AckResults['calls'] = []
  let before = 0
  let from = performance.now()
  await settle(url, unsyncedCall('sync-9998-flips', `long-${round}`), ({ notifications }) => {
    calls.push({ stored: notifications - before, ms: performance.now() - from })
    before = notifications
    from = performance.now()
  })
  return calls
}

async function startSystem({ natsServer, entry }: BenchEnvironment, replicas: number) {
  const brokers = await startBrokers(natsServer, replicas, stream.name)
  const url = brokers.ports.map((port) => `nats://127.0.0.1:${port}`).join(',')
  const env = { NATS_STREAM_REPLICAS: String(replicas) }
  const service = await startService({ entry, natsUrl: url, pin: false, env })
  const quiet = { connected() {}, disconnected() {}, stream() {} }
  const broker = openBroker({ url }, { ...stream, replicas }, quiet)
  await broker.firstAttempt
  const results: AckResults = { replicas, delaysMs: [], calls: [] }
  return { brokers, broker, service, results }
}

/** Measures one nats-server and a cluster of three in turn, with file storage and the service. */
export async function measureAcks(
  environment: BenchEnvironment,
  rounds: number,
): Promise<AckResults[]> {
  const systems = [await startSystem(environment, 1), await startSystem(environment, 3)]
  for (let round = 0; round < rounds; round++)
    for (const { broker, service, results } of systems) {
      results.delaysMs.push(...(await publishDelays(broker.store, round)))
      results.calls.push(...(await publishAll(service.url, round)))
    }
  for (const { broker, brokers, service } of systems) {
    await broker.close(1_000)
    await service.stop()
    await brokers.stop()
  }
  return systems.map(({ results }) => results)
}
