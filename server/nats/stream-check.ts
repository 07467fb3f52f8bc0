import { type Connection, isPublishFailure } from './connection.ts'
import { ensureStream, type StreamSettings, type StreamState } from './stream.ts'

/** The last known state of the stream, updated by checks. */
export interface StreamCheck {
  /** The result of the last check, and when it ended by performance.now(). */
  last(): { state: StreamState; atMs: number } | undefined
  /** Checks now, or shares a check that is running or was made within the last second. */
  check(): Promise<StreamState>
  /** Checks now in any case. */
  refresh(): Promise<StreamState>
  stop(): void
}

/** Publishes make one process request STREAM.INFO at most this often. */
const shortestIntervalMs = 1_000
const timeoutMs = 2_000

/**
 * Checks the stream every `intervalMs` while connected, and creates it if the settings say so. Calls
 * `report` with each state that differs from the last one.
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
    if (isPublishFailure(client)) return client
    const state = await ensureStream(client, settings, timeoutMs)
    // The result is stale if the connection has ended or a later check has begun since.
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
