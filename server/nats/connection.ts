import { setTimeout as delay } from 'node:timers/promises'
import type { Hindrance } from '../domain/hindrance.ts'
import { type ConnectionOptions, connect, errors, type NatsConnection } from './client.ts'
import { fileErrorIn } from './files.ts'

/** A connection that is made in the background, and again for ever. */
export interface Connection {
  /** The connected client, or what stands in the way just now. */
  current(): NatsConnection | Hindrance
  /** Resolves when the first attempt has ended, either way. */
  firstAttempt: Promise<void>
  /** Sends what is under way and closes, within `timeoutMs`. */
  close(timeoutMs: number): Promise<void>
}

/** Told of changes, each once. */
export interface ConnectionObserver {
  up(client: NatsConnection): void
  /** `cause` is a code such as ECONNREFUSED, where the client tells one. */
  down(hindrance: Hindrance, cause?: string): void
}

const retryMs = 1_000

function hindranceOf(error: unknown): Hindrance {
  const file = fileErrorIn(error)
  if (file) return { kind: 'InvalidFile', setting: file.setting }
  const denied =
    error instanceof errors.AuthorizationError ||
    error instanceof errors.UserAuthenticationExpiredError
  return { kind: denied ? 'NotAuthorized' : 'BrokerUnavailable' }
}

/** The code of an error or of what caused it; messages may hold more than may be told. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code } = error as NodeJS.ErrnoException
  return code ?? codeOf(error.cause)
}

/** What a connection is made of. */
export interface ConnectionSource {
  /** Called for each new client. */
  options(): ConnectionOptions
  /** Called before each attempt to connect again, of which the client does not tell why it fails. */
  check(): Error | undefined
}

/** Starts connecting and returns at once. */
export function openConnection(
  { options, check }: ConnectionSource,
  observer: ConnectionObserver,
): Connection {
  let client: NatsConnection | undefined
  let state: NatsConnection | Hindrance = { kind: 'BrokerUnavailable' }
  let announced: string | undefined
  const closing = new AbortController()
  const first = Promise.withResolvers<void>()

  function goDown(hindrance: Hindrance, cause?: string): void {
    state = hindrance
    const news = [hindrance.kind, cause].join(' ')
    if (announced === news || closing.signal.aborted) return
    announced = news
    observer.down(hindrance, cause)
  }

  function goUp(connected: NatsConnection): void {
    state = connected
    announced = 'up'
    observer.up(connected)
  }

  async function watchStatus(connected: NatsConnection): Promise<void> {
    // Each refused attempt says reconnecting, error, disconnect; one that finds nobody says only
    // reconnecting; and a success after refusals says reconnect several times.
    let refused = false
    for await (const status of connected.status()) {
      const up = state === connected
      if (status.type === 'reconnect') {
        if (!up) goUp(connected)
      } else if (status.type === 'disconnect') {
        if (up) goDown({ kind: 'BrokerUnavailable' })
      } else if (status.type === 'reconnecting') {
        const fault = check()
        if (fault || !refused) goDown(hindranceOf(fault), codeOf(fault))
        refused = false
      } else if (status.type === 'error' && !up) {
        // An error while connected concerns one operation, which is told of it itself.
        refused = true
        goDown(hindranceOf(status.error))
      }
    }
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        client = await connect(options())
        goUp(client)
        first.resolve()
        await watchStatus(client)
        // The client gives up where no login can be made, of a file that is broken just now.
        const error = await client.closed()
        goDown(hindranceOf(error), codeOf(error))
      } catch (error) {
        goDown(hindranceOf(error), codeOf(error))
        first.resolve()
      }
      await delay(retryMs, undefined, { signal: closing.signal }).catch(() => {})
    }
    await client?.close()
  }
  const running = run()

  return {
    current: () => state,
    firstAttempt: first.promise,
    async close(timeoutMs) {
      closing.abort()
      const timer = new AbortController()
      // drain() waits for the server, for ever when it is away.
      const drained = client && state === client ? client.drain().catch(() => {}) : client?.close()
      const late = delay(timeoutMs, undefined, { signal: timer.signal }).catch(() => {})
      await Promise.race([Promise.all([drained, running]), late])
      timer.abort()
      await client?.close()
    },
  }
}

/** Tells a client from what stands in its way. */
export function isHindrance(state: NatsConnection | Hindrance): state is Hindrance {
  return 'kind' in state
}
