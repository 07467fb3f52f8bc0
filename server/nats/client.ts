/** The one place where the NATS client comes in: another version or package changes this file. */
export {
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  type StreamConfig,
} from '@nats-io/jetstream'
export {
  type ConnectionOptions,
  connect,
  credsAuthenticator,
  errors,
  headers,
  type NatsConnection,
  nanos,
  nkeyAuthenticator,
} from '@nats-io/transport-node'
