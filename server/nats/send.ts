import type { Hindrance } from '../domain/hindrance.ts'
import { eventContentType } from '../domain/milestone.ts'
import type { Notification, Outcome } from '../hook/notifier.ts'
import { headers, type JetStreamClient, jetstream, type NatsConnection } from './client.ts'
import { type ErrorOutcome, outcomeOf } from './outcome.ts'
import { jetstreamOptions, type StreamSettings } from './stream.ts'

/** Sends a notification once and waits for the answer, at most `timeoutMs`. Never rejects. */
export type Send = (
  client: NatsConnection,
  notification: Notification,
  timeoutMs: number,
) => Promise<Outcome | ErrorOutcome>

/** Nobody waits this long: each publish brings its own timeout. */
const defaultTimeoutMs = 5_000

function misconfigured(issue?: string): Hindrance {
  return { kind: 'Misconfigured', code: 0, ...(issue === undefined ? {} : { issue }) }
}

/** A `Send` that the stream stores from only where its subject holds nothing. */
export function createSend(settings: StreamSettings): Send {
  // Making one looks at its options and makes more objects, which each publish would pay for.
  let cached: { client: NatsConnection; stream: JetStreamClient } | undefined
  function cachedClient(client: NatsConnection): JetStreamClient {
    if (cached?.client !== client)
      cached = { client, stream: jetstream(client, jetstreamOptions(settings, defaultTimeoutMs)) }
    return cached.stream
  }

  return async (client, { subject, event }, timeoutMs) => {
    // The client sends headers all the same, and the server ends the connection.
    if (client.info?.headers === false) return misconfigured()
    const contentType = headers()
    contentType.set('Content-Type', eventContentType)
    try {
      const ack = await cachedClient(client).publish(subject, JSON.stringify(event), {
        headers: contentType,
        timeout: timeoutMs,
        // The subject is this milestone's own: 0 means that nothing is stored on it yet.
        expect: { streamName: settings.name, lastSubjectSequence: 0 },
      })
      if (ack.stream !== settings.name) return misconfigured('another stream acknowledges')
      if (settings.domain !== undefined && ack.domain !== settings.domain)
        return misconfigured('a stream of another JetStream domain acknowledges')
      return { kind: 'stored', sequence: ack.seq }
    } catch (error) {
      return outcomeOf(error)
    }
  }
}
