/** Messages on JetStream, each stored once: `fastify-metacontroller/nats`. */

export type { BrokerObserver } from './broker.ts'
export type { NatsSettings } from './connection-options.ts'
export type { Outcome, PublishFailure } from './message.ts'
export {
  openPublisher,
  type Publisher,
  type PublisherSettings,
  type PublishOptions,
} from './publisher.ts'
export type { StreamSettings, StreamState } from './stream.ts'
export type { ConfigIssue, MessageShape } from './stream-config.ts'
