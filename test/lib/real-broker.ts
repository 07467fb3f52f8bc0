import {
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  type StreamConfig,
} from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import type { Test } from 'tap'
import { type BrokerOptions, type Broker as Server, startBroker } from '../../hack/lib/broker.ts'
import { readStored } from '../../hack/lib/read-stream.ts'
import { notificationShape } from '../../server/domain/milestone.ts'
import { openBroker } from '../../server/nats/broker.ts'
import type { NatsSettings } from '../../server/nats/connection-options.ts'
import type { StreamSettings, StreamState } from '../../server/nats/stream.ts'
import { natsServer } from './scratch.ts'

/** Starts a nats-server, which is stopped at the end of the test. */
export async function startServer(t: Test, options: Partial<BrokerOptions> = {}): Promise<Server> {
  const server = await startBroker({ binary: natsServer(), ...options })
  t.teardown(() => server.stop())
  return server
}

/** The stream of the tests. */
export const streamSettings: StreamSettings = {
  name: 'COINFLIPS',
  subjectPrefix: 'coinflips.three-tails',
  ...notificationShape,
  create: true,
  replicas: 1,
}

/** Opens the service's connection to NATS, and records what it reports. */
export function openService(
  t: Test,
  nats: Partial<NatsSettings> & { url: string },
  stream: Partial<StreamSettings> = {},
  checkIntervalMs?: number,
) {
  const heard: string[] = []
  const causes: (string | undefined)[] = []
  const states: StreamState[] = []
  const broker = openBroker(
    nats,
    { ...streamSettings, ...stream },
    {
      connected: () => void heard.push('connected'),
      disconnected({ kind }, cause) {
        heard.push(kind)
        causes.push(cause)
      },
      stream: (state) => void states.push(state),
    },
    checkIntervalMs,
  )
  t.teardown(() => broker.close(1_000))
  return { ...broker, notifier: broker.store, heard, causes, states }
}

/** Opens a second client, which sees what the stream really holds. */
export async function openObserver(
  t: Test,
  url: string,
  login: { user?: string; pass?: string } = {},
) {
  const client = await connect({ servers: url, ...login })
  t.teardown(() => client.close())
  const manager = await jetstreamManager(client)
  const js = jetstream(client)

  const events = async (stream = streamSettings.name) =>
    (await readStored(manager, stream)).map(({ event }) => event)
  return { client, manager, js, events }
}

export async function addStream(manager: JetStreamManager, parts: Partial<StreamConfig> = {}) {
  await manager.streams.add({
    name: streamSettings.name,
    subjects: [`${streamSettings.subjectPrefix}.>`],
    ...parts,
  })
}
