import type { Hindrance } from '../domain/hindrance.ts'
import type { Notifier } from '../hook/notifier.ts'
import type { NatsConnection } from './client.ts'
import { openConnection } from './connection.ts'
import { createNotifier } from './jetstream.ts'
import { checkFiles, connectionOptions, type NatsSettings } from './options.ts'
import { ensureStream, type StreamSettings, type StreamState } from './stream.ts'

/** Told of what changes, for logs and metrics. */
export interface BrokerObserver {
  connected(serverVersion: string): void
  /** `cause` is a code such as ECONNREFUSED, where the client tells one. */
  disconnected(hindrance: Hindrance, cause?: string): void
  /** After each look at the stream that found something else than the one before. */
  stream(state: StreamState): void
}

/** The notifier with the connection behind it. */
export interface Broker {
  notifier: Notifier
  /** Resolves when the first attempt to connect, and to find the stream, has ended. */
  firstAttempt: Promise<void>
  close(timeoutMs: number): Promise<void>
}

/** STREAM.INFO is asked for at most this often by one process. */
const lookIntervalMs = 1_000
const lookTimeoutMs = 2_000

/** Connects to NATS in the background, and keeps an eye on the stream. */
export function openBroker(
  nats: NatsSettings,
  stream: StreamSettings,
  observer: BrokerObserver,
): Broker {
  let lastLook = Number.NEGATIVE_INFINITY
  let state: Promise<StreamState> | undefined
  let told = ''

  async function lookNow(client: NatsConnection): Promise<StreamState> {
    const found = await ensureStream(client, stream, lookTimeoutMs)
    const text = JSON.stringify({ ...found, created: undefined })
    if (text !== told) observer.stream(found)
    told = text
    return found
  }

  function look(client: NatsConnection): Promise<StreamState> {
    if (state === undefined || performance.now() - lastLook >= lookIntervalMs) {
      lastLook = performance.now()
      state = lookNow(client)
    }
    return state
  }

  const firstLook = Promise.withResolvers<void>()
  const source = { options: () => connectionOptions(nats), check: () => checkFiles(nats) }
  const connection = openConnection(source, {
    up(client) {
      observer.connected(client.info?.version ?? 'unknown')
      void look(client).then(() => firstLook.resolve())
    },
    down(hindrance, cause) {
      observer.disconnected(hindrance, cause)
      firstLook.resolve()
    },
  })
  return {
    notifier: createNotifier(connection, stream.name, look),
    firstAttempt: Promise.all([connection.firstAttempt, firstLook.promise]).then(() => {}),
    close: (timeoutMs) => connection.close(timeoutMs),
  }
}
