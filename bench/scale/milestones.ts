import { jetstreamManager } from '@nats-io/jetstream'
import { headers, type NatsConnection } from '@nats-io/nats-core'
import { connect } from '@nats-io/transport-node'
import { startBroker } from '../../hack/lib/broker.ts'
import { say } from '../../hack/lib/script.ts'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { buildNotification } from '../../server/domain/milestone.ts'
import { openBroker } from '../../server/nats/broker.ts'
import { residentMb } from '../../test/lib/process-stat.ts'
import { createStream } from '../lib/create-stream.ts'
import { publishDelays, stream } from './acks.ts'

/** What a stream costs that holds so many messages, each on its own subject. */
export interface StreamSize {
  messages: number
  /** Of nats-server. */
  residentMb: number
  storedMb: number
  /** From each publish of the service to its acknowledgement. */
  delaysMs: number[]
  /** From the start of a nats-server that was killed until it stores a message. */
  restartMs: number
}

const perObject = 100
const batch = 10_000
const limitMs = 300_000

/** Fills the stream up to `messages`, as fast as the server stores them. */
async function fill(connection: NatsConnection, from: number, messages: number): Promise<void> {
  const { streams } = await jetstreamManager(connection)
  const once = headers()
  once.set('Content-Type', 'application/cloudevents+json')
  once.set('Nats-Expected-Last-Subject-Sequence', '0')
  const now = new Date()
  for (let i = from; i < messages; ) {
    for (const end = Math.min(i + batch, messages); i < end; i++) {
      const uid = `00000000-0000-4000-8000-${String(Math.floor(i / perObject)).padStart(12, '0')}`
      const meta = { namespace: 'default', name: 'filled', uid }
      const milestone = { flip: 3 + 4 * (i % perObject), ordinal: 1 + (i % perObject) }
      const { subject, payload } = buildNotification(stream.subjectPrefix, meta, milestone, '', now)
      connection.publish(subject, payload, { headers: once })
    }
    // Without this, the server would drop what it has not stored yet.
    await waitFor(
      async () => (await streams.info(stream.name)).state.messages,
      (stored) => stored >= i,
      { timeoutMs: limitMs },
    )
  }
}

/** Measures one nats-server whose stream grows to each of the counts in turn. */
export async function measureMilestones(
  natsServer: string,
  counts: readonly number[],
): Promise<StreamSize[]> {
  const server = await startBroker({ binary: natsServer, limitMs })
  await createStream(server.url, stream.name, stream.subjectPrefix)
  const quiet = { connected() {}, disconnected() {}, stream() {} }
  const results: StreamSize[] = []
  for (const [round, messages] of counts.entries()) {
    const connection = await connect({ servers: server.url })
    const { streams } = await jetstreamManager(connection)
    const { state } = await streams.info(stream.name)
    await fill(connection, state.messages, messages)
    const broker = openBroker({ url: server.url }, { ...stream, replicas: 1 }, quiet)
    await broker.firstAttempt
    const delaysMs = await publishDelays(broker.store, round)
    const { bytes } = (await streams.info(stream.name)).state
    const size = { residentMb: residentMb(server.pid).now, storedMb: bytes / 1e6 }
    await broker.close(1_000)
    await connection.close()

    const from = performance.now()
    await server.restart()
    const again = openBroker({ url: server.url }, { ...stream, replicas: 1 }, quiet)
    await again.firstAttempt
    await publishDelays(again.store, round + counts.length, 1)
    const restartMs = performance.now() - from
    await again.close(1_000)
    results.push({ messages, ...size, delaysMs, restartMs })
    say(
      `${messages} messages: ${size.residentMb.toFixed(0)} MB, restart ${restartMs.toFixed(0)} ms`,
    )
  }
  await server.stop()
  return results
}
