import { openConnection } from './connection.ts'
import { buildConnectionOptions, type NatsSettings, verifyFiles } from './connection-options.ts'
import { createStore } from './jetstream.ts'
import type { MessageStore, PublishFailure } from './message.ts'
import type { StreamSettings, StreamState } from './stream.ts'
import { watchStream } from './stream-check.ts'

/** Called when the state changes, for logs and metrics. */
export interface BrokerObserver {
  connected(serverVersion: string): void
  /** `cause` is a code such as ECONNREFUSED, where the client has one. */
  disconnected(failure: PublishFailure, cause: string | undefined): void
  /** Called when a check of the stream finds another state than the last one. */
  stream(state: StreamState): void
}

/** A store of messages with the connection behind it. */
export interface Broker {
  store: MessageStore
  /** Resolves when the first attempt to connect and to check the stream has ended. */
  firstAttempt: Promise<void>
  /** Checks the stream now, or shares a check of the last second. */
  check(): Promise<StreamState>
  close(timeoutMs: number): Promise<void>
}

/** Often enough for an alert, and no load for the server. */
const defaultCheckIntervalMs = 60_000

/** Connects to NATS in the background, and checks the stream regularly. */
export function openBroker(
  nats: NatsSettings,
  settings: StreamSettings,
  observer: BrokerObserver,
  checkIntervalMs = defaultCheckIntervalMs,
): Broker {
  const firstCheck = Promise.withResolvers<void>()
  const source = {
    buildOptions: () => buildConnectionOptions(nats),
    check: () => verifyFiles(nats),
  }
  const connection = openConnection(source, {
    up(client) {
      observer.connected(client.info?.version ?? 'unknown')
      void stream.refresh().then(() => firstCheck.resolve())
    },
    down(failure, cause) {
      observer.disconnected(failure, cause)
      firstCheck.resolve()
    },
  })
  const stream = watchStream(connection, settings, observer.stream, checkIntervalMs)
  return {
    store: createStore(connection, settings, stream),
    firstAttempt: Promise.all([connection.firstAttempt, firstCheck.promise]).then(() => {}),
    check: stream.check,
    close(timeoutMs) {
      stream.stop()
      return connection.close(timeoutMs)
    },
  }
}
