import { type Connection, isHindrance } from './connection.ts'
import { ensureStream, type StreamSettings, type StreamState } from './stream.ts'

/** What is known of the stream; kept up to date by checks. */
export interface StreamCheck {
  /** What the last check found, and when it ended by performance.now(); undefined before it. */
  last(): { state: StreamState; atMs: number } | undefined
  /** Checks now, or shares a check that is under way or was made within the last second. */
  check(): Promise<StreamState>
  /** Checks now in any case. */
  refresh(): Promise<StreamState>
  stop(): void
}

/** One process asks for STREAM.INFO at most this often because of publishes. */
const shortestIntervalMs = 1_000
const timeoutMs = 2_000

/**
 * Checks the stream every `intervalMs` while connected, and creates it where it should. `report` is
 * told of a state that differs from the one before.
 */
export function watchStream(
  connection: Pick<Connection, 'current'>,
  settings: StreamSettings,
  report: (state: StreamState) => void,
  intervalMs: number,
): StreamCheck {
  let last: { state: StreamState; atMs: number } | undefined
  let lastReported = ''
  let current: { result: Promise<StreamState>; startMs: number; isDone: boolean } | undefined
  let started = 0

  async function run(): Promise<StreamState> {
    started += 1
    const number = started
    const client = connection.current()
    if (isHindrance(client)) return client
    const state = await ensureStream(client, settings, timeoutMs)
    // One that the end of the connection cut off, or that hung while a later one began, is stale.
    if (connection.current() !== client || number !== started) return state
    last = { state, atMs: performance.now() }
    const text = JSON.stringify({ ...state, created: undefined })
    if (text !== lastReported) report(state)
    lastReported = text
    return state
  }

  function refresh(): Promise<StreamState> {
    const check = { result: run(), startMs: performance.now(), isDone: false }
    current = check
    void check.result.then(() => {
      check.isDone = true
    })
    return check.result
  }

  function check(): Promise<StreamState> {
    const isFresh =
      current && (!current.isDone || performance.now() - current.startMs < shortestIntervalMs)
    return current && isFresh ? current.result : refresh()
  }

  const timer = setInterval(() => void refresh(), intervalMs).unref()
  return { last: () => last, check, refresh, stop: () => clearInterval(timer) }
}
