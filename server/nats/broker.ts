import type { Hindrance } from '../domain/hindrance.ts'
import type { Notifier } from '../hook/notifier.ts'
import { openConnection } from './connection.ts'
import { createNotifier } from './jetstream.ts'
import { checkFiles, connectionOptions, type NatsSettings } from './options.ts'
import type { StreamSettings, StreamState } from './stream.ts'
import { watchStream } from './stream-check.ts'

/** Told of what changes, for logs and metrics. */
export interface BrokerObserver {
  connected(serverVersion: string): void
  /** `cause` is a code such as ECONNREFUSED, where the client tells one. */
  disconnected(hindrance: Hindrance, cause?: string): void
  /** After each check of the stream that found something else than the one before. */
  stream(state: StreamState): void
}

/** The notifier with the connection behind it. */
export interface Broker {
  notifier: Notifier
  /** Resolves when the first attempt to connect, and to find the stream, has ended. */
  firstAttempt: Promise<void>
  close(timeoutMs: number): Promise<void>
}

/** Often enough for an alert, and next to nothing for the server. */
const usualCheckIntervalMs = 60_000

/** Connects to NATS in the background, and checks the stream. */
export function openBroker(
  nats: NatsSettings,
  settings: StreamSettings,
  observer: BrokerObserver,
  checkIntervalMs = usualCheckIntervalMs,
): Broker {
  const firstCheck = Promise.withResolvers<void>()
  const source = { options: () => connectionOptions(nats), check: () => checkFiles(nats) }
  const connection = openConnection(source, {
    up(client) {
      observer.connected(client.info?.version ?? 'unknown')
      void stream.refresh().then(() => firstCheck.resolve())
    },
    down(hindrance, cause) {
      observer.disconnected(hindrance, cause)
      firstCheck.resolve()
    },
  })
  const stream = watchStream(connection, settings, observer.stream, checkIntervalMs)
  return {
    notifier: createNotifier(connection, settings, stream),
    firstAttempt: Promise.all([connection.firstAttempt, firstCheck.promise]).then(() => {}),
    close(timeoutMs) {
      stream.stop()
      return connection.close(timeoutMs)
    },
  }
}
