/** The only import of the NATS client: another version or package changes this file. */
export {
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  type StreamConfig,
} from '@nats-io/jetstream'
export {
  type Authenticator,
  type ConnectionOptions,
  connect,
  errors,
  headers,
  jwtAuthenticator,
  type NatsConnection,
  nkeyAuthenticator,
  type ServerInfo,
  type TlsOptions,
} from '@nats-io/transport-node'
