import { headers, type JetStreamClient, jetstream, type NatsConnection } from './client.ts'
import type { Message, Outcome, PublishFailure } from './message.ts'
import { type ErrorOutcome, interpretError } from './outcome.ts'
import { buildJetStreamOptions, type StreamSettings } from './stream.ts'

/** Sends a message once and waits for its acknowledgement at most `timeoutMs`. Never rejects. */
export type Send = (
  client: NatsConnection,
  message: Message,
  timeoutMs: number,
) => Promise<Outcome | ErrorOutcome>

/** Never used: each publish has its own timeout. */
const defaultTimeoutMs = 5_000

function misconfigured(issue?: string): PublishFailure {
  return { kind: 'Misconfigured', code: 0, issue }
}

/** Creates a `Send` whose messages the stream stores only on a subject without a message. */
export function createSend(settings: StreamSettings): Send {
  // A new one for each publish would cost it the validation of the options and more objects.
  let cached: { client: NatsConnection; stream: JetStreamClient } | undefined
  function cachedClient(client: NatsConnection): JetStreamClient {
    if (cached?.client !== client)
      cached = {
        client,
        stream: jetstream(client, buildJetStreamOptions(settings, defaultTimeoutMs)),
      }
    return cached.stream
  }

  return async (client, { subject, payload, contentType }, timeoutMs) => {
    // The client would send headers all the same, and the server would end the connection.
    if (client.info?.headers === false) return misconfigured()
    const ofMessage = headers()
    ofMessage.set('Content-Type', contentType)
    try {
      const ack = await cachedClient(client).publish(subject, payload, {
        headers: ofMessage,
        timeout: timeoutMs,
        // The subject is this message's own: 0 means that nothing is stored on it yet.
        expect: { streamName: settings.name, lastSubjectSequence: 0 },
      })
      if (ack.stream !== settings.name) return misconfigured('another stream acknowledges')
      if (settings.domain !== undefined && ack.domain !== settings.domain)
        return misconfigured('a stream of another JetStream domain acknowledges')
      return { kind: 'stored', sequence: ack.seq }
    } catch (error) {
      return interpretError(error)
    }
  }
}
