import { setTimeout as delay } from 'node:timers/promises'
import { findErrorCode } from '../lib/error-code.ts'
import { type ConnectionOptions, connect, errors, type NatsConnection } from './client.ts'
import { findFileError } from './files.ts'
import type { PublishFailure } from './message.ts'

/** A connection that is made in the background, and made again whenever it is lost. */
export interface Connection {
  /** The connected client, or why there is none at the moment. */
  current(): NatsConnection | PublishFailure
  /** Resolves when the first attempt has ended, with or without success. */
  firstAttempt: Promise<void>
  /** Sends the publishes in flight and closes, within `timeoutMs`. */
  close(timeoutMs: number): Promise<void>
}

/** Called when the state changes, once for each change. */
export interface ConnectionObserver {
  up(client: NatsConnection): void
  /** `cause` is a code such as ECONNREFUSED, where the client has one. */
  down(failure: PublishFailure, cause: string | undefined): void
}

const retryMs = 1_000

/** How long a new cluster takes to start everything at once; a NATS that is missing then is a fault. */
const defaultStartMs = 30_000

const connecting: PublishFailure = { kind: 'Connecting' }

/** Says which failure an error of connecting is. */
function explainConnectError(error: unknown): PublishFailure {
  const file = findFileError(error)
  if (file) return { kind: 'InvalidFile', setting: file.setting }
  const isDenied =
    error instanceof errors.AuthorizationError ||
    error instanceof errors.UserAuthenticationExpiredError
  return { kind: isDenied ? 'NotAuthorized' : 'BrokerUnavailable' }
}

/** What a connection needs from its settings. */
export interface ConnectionSource {
  /** Builds the options of a new client. */
  buildOptions(): ConnectionOptions
  /** Looks for what makes an attempt to reconnect fail, which the client does not say. */
  check(): Error | undefined
}

/**
 * Starts connecting, and returns without waiting. For `startMs`, a server that has not responded yet is
 * no fault.
 */
export function openConnection(
  { buildOptions, check }: ConnectionSource,
  observer: ConnectionObserver,
  startMs = defaultStartMs,
): Connection {
  const startEndsMs = performance.now() + startMs
  let client: NatsConnection | undefined
  let state: NatsConnection | PublishFailure = { kind: 'BrokerUnavailable' }
  let lastReported: string | undefined
  let hasConnected = false
  const closing = new AbortController()
  const first = Promise.withResolvers<void>()

  function goDown(failure: PublishFailure, cause?: string): void {
    state = failure
    const report = [failure.kind, cause].join(' ')
    if (lastReported === report || closing.signal.aborted) return
    lastReported = report
    observer.down(failure, cause)
  }

  function goUp(connected: NatsConnection): void {
    state = connected
    hasConnected = true
    lastReported = 'up'
    observer.up(connected)
  }

  async function watchStatus(connected: NatsConnection): Promise<void> {
    // A refused attempt emits reconnecting, error and disconnect; one without a server emits only
    // reconnecting; a success after refusals emits reconnect several times.
    let isRefused = false
    for await (const status of connected.status()) {
      const isUp = state === connected
      if (status.type === 'reconnect') {
        if (!isUp) goUp(connected)
      } else if (status.type === 'disconnect') {
        if (isUp) goDown({ kind: 'BrokerUnavailable' })
      } else if (status.type === 'reconnecting') {
        const error = check()
        if (error || !isRefused) goDown(explainConnectError(error), findErrorCode(error))
        isRefused = false
      } else if (status.type === 'error' && !isUp) {
        // An error while connected concerns one operation, which gets it as well.
        isRefused = true
        goDown(explainConnectError(status.error))
      }
    }
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        client = await connect(buildOptions())
        goUp(client)
        first.resolve()
        await watchStatus(client)
        // The client gives up where it cannot log in, for example while a file is broken.
        const error = await client.closed()
        goDown(explainConnectError(error), findErrorCode(error))
      } catch (error) {
        goDown(explainConnectError(error), findErrorCode(error))
        first.resolve()
      }
      await delay(retryMs, undefined, { signal: closing.signal }).catch(() => {})
    }
    await client?.close()
  }
  const running = run()

  function current(): NatsConnection | PublishFailure {
    const isStarting = !hasConnected && performance.now() < startEndsMs
    const isAbsent = isPublishFailure(state) && state.kind === 'BrokerUnavailable'
    return isStarting && isAbsent ? connecting : state
  }

  return {
    current,
    firstAttempt: first.promise,
    async close(timeoutMs) {
      closing.abort()
      const timer = new AbortController()
      // drain() waits for the server without a limit.
      const drained = client && state === client ? client.drain().catch(() => {}) : client?.close()
      const late = delay(timeoutMs, undefined, { signal: timer.signal }).catch(() => {})
      await Promise.race([Promise.all([drained, running]), late])
      timer.abort()
      await client?.close()
    },
  }
}

/** Whether the state is a failure instead of a connected client. */
export function isPublishFailure(state: NatsConnection | PublishFailure): state is PublishFailure {
  return 'kind' in state
}
