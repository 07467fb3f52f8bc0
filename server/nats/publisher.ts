import { type BrokerObserver, openBroker } from './broker.ts'
import type { NatsSettings } from './connection-options.ts'
import type { Outcome } from './message.ts'
import { parseServers } from './servers.ts'
import type { StreamSettings, StreamState } from './stream.ts'

/** Where a publisher publishes to. */
export interface PublisherSettings extends NatsSettings {
  /** The stream and its subjects; by default it has to exist, and has one replica where created. */
  stream: Omit<StreamSettings, 'create' | 'replicas'> &
    Partial<Pick<StreamSettings, 'create' | 'replicas'>>
  /** Called when the state of the connection or of the stream changes, for logs and metrics. */
  observer?: Partial<BrokerObserver> | undefined
}

/** What a publish can have besides its payload. */
export interface PublishOptions {
  /** `application/json` by default. */
  contentType?: string | undefined
  /** How long to wait for the acknowledgement; 5 s by default. */
  timeoutMs?: number | undefined
}

/** Publishes each message once, whoever repeats it and however often. */
export interface Publisher {
  /**
   * Stores a message on a subject of its own, which begins with the prefix: `stored` or `duplicate`
   * mean that the stream holds it. Every other outcome says why not; publish it again later. Never
   * rejects.
   */
  publishOnce(subject: string, payload: string, options?: PublishOptions): Promise<Outcome>
  /** Checks the stream, at most once a second: what of its configuration breaks exactly-once. */
  checkStream(): Promise<StreamState>
  /** Sends what is in flight and disconnects, within `timeoutMs`, 2 s by default. */
  close(timeoutMs?: number): Promise<void>
}

/** Whether messages can have a stream to themselves on this subject. */
function isBelow(prefix: string, subject: string): boolean {
  return subject.startsWith(`${prefix}.`) && !/[\s*>]|\.\.|\.$/.test(subject)
}

/**
 * Connects to NATS, and resolves when the first attempt has ended, with or without success: the
 * connection is made again whenever it is lost, and the stream is checked every minute. Throws an Error
 * for a URL that is not valid.
 */
export async function openPublisher({
  stream,
  observer = {},
  ...nats
}: PublisherSettings): Promise<Publisher> {
  const servers = parseServers(nats.url)
  if ('fault' in servers) throw new Error(`url: ${servers.fault}`)
  const broker = openBroker(
    nats,
    { create: false, replicas: 1, ...stream },
    { connected() {}, disconnected() {}, stream() {}, ...observer },
  )
  await broker.firstAttempt
  return {
    async publishOnce(
      subject,
      payload,
      { contentType = 'application/json', timeoutMs = 5_000 } = {},
    ) {
      if (isBelow(stream.subjectPrefix, subject))
        return broker.store.publish({ subject, payload, contentType }, timeoutMs)
      const issue = `the subject does not begin with ${stream.subjectPrefix}. or has wildcards`
      return { kind: 'Misconfigured', code: 0, issue }
    },
    checkStream: broker.check,
    close: (timeoutMs = 2_000) => broker.close(timeoutMs),
  }
}
