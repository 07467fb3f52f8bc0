import type { Hindrance } from '../domain/hindrance.ts'
import { eventContentType } from '../domain/milestone.ts'
import type { Notification, Notifier, Outcome } from '../hook/notifier.ts'
import { headers, type JetStreamClient, jetstream, type NatsConnection } from './client.ts'
import { type Connection, isHindrance } from './connection.ts'
import { isTimeout, type NoResponders, outcomeOf } from './outcome.ts'
import type { StreamState } from './stream.ts'

const unavailable: Hindrance = { kind: 'BrokerUnavailable' }

/** A notifier that stores each notification once in a stream of JetStream. */
export function createNotifier(
  connection: Pick<Connection, 'current'>,
  streamName: string,
  lookAtStream: (client: NatsConnection) => Promise<StreamState>,
): Notifier {
  // After a publish without an answer the broker is suspect: one call at a time finds out, the
  // others do not wait, or every one of them would spend its whole timeout on a hung server.
  let suspect = false
  let probing = false

  // Making one looks at its options and makes more objects, which each publish would pay for.
  let maker: { client: NatsConnection; stream: JetStreamClient } | undefined
  function streamOf(client: NatsConnection): JetStreamClient {
    if (maker?.client !== client) maker = { client, stream: jetstream(client) }
    return maker.stream
  }

  async function send(
    client: NatsConnection,
    { subject, event }: Notification,
    timeoutMs: number,
  ): Promise<Outcome | NoResponders> {
    const contentType = headers()
    contentType.set('Content-Type', eventContentType)
    try {
      const ack = await streamOf(client).publish(subject, JSON.stringify(event), {
        msgID: event.id,
        headers: contentType,
        timeout: timeoutMs,
        // The subject is this milestone's own: 0 means that nothing is stored on it yet.
        expect: { streamName, lastSubjectSequence: 0 },
      })
      suspect = false
      if (ack.stream !== streamName) return { kind: 'Misconfigured', code: 0 }
      return ack.duplicate ? { kind: 'stored-before' } : { kind: 'stored', sequence: ack.seq }
    } catch (error) {
      suspect = isTimeout(error)
      return outcomeOf(error)
    }
  }

  /** No one listening looks alike for a stream that is missing and one that elects its leader. */
  async function explain(
    client: NatsConnection,
    notification: Notification,
    deadline: number,
  ): Promise<Outcome> {
    const state = await before(deadline, lookAtStream(client))
    if (state === undefined) return unavailable
    if (state.kind !== 'present') return state
    if (!state.covered) return { kind: 'Misconfigured', code: 0 }
    const remainingMs = deadline - performance.now()
    if (!state.created || remainingMs <= 0) return unavailable
    const outcome = await send(client, notification, remainingMs)
    return outcome.kind === 'NoResponders' ? unavailable : outcome
  }

  return {
    async publish(notification, timeoutMs) {
      const client = connection.current()
      if (isHindrance(client)) return client
      if (suspect && probing) return unavailable
      const deadline = performance.now() + timeoutMs
      const probe = suspect
      probing ||= probe
      try {
        const outcome = await send(client, notification, timeoutMs)
        if (outcome.kind !== 'NoResponders') return outcome
        return await explain(client, notification, deadline)
      } finally {
        if (probe) probing = false
      }
    },
  }
}

/** What the promise resolves to, or undefined if it has not by the deadline. */
async function before<T>(deadline: number, promise: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => late.resolve(undefined), deadline - performance.now())
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
