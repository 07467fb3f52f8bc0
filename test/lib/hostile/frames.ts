/**
 * HTTP/2 frames (RFC 9113) as bytes, since Node's client refuses to send invalid ones. Header fields
 * are literals without indexing, so that each request is independent of the ones before.
 */
export const frameTypes = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  windowUpdate: 8,
  continuation: 9,
} as const
export type FrameType = keyof typeof frameTypes

export const endStream = 1
export const endHeaders = 4

export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
const initialWindowSize = 4
const maximumIncrement = 2 ** 31 - 1

/** One frame; `announced` is the length in its header, if not that of its payload. */
export function frame(
  type: FrameType,
  flags: number,
  stream: number,
  payload: Buffer = Buffer.alloc(0),
  announced = payload.length,
): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(announced, 0, 3)
  head.writeUInt8(frameTypes[type], 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

function number(value: number): Buffer {
  const payload = Buffer.alloc(4)
  payload.writeUInt32BE(value)
  return payload
}

/** SETTINGS, with an initial window size if one is given. */
export function settings(window?: number): Buffer {
  if (window === undefined) return frame('settings', 0, 0)
  const payload = Buffer.alloc(6)
  payload.writeUInt16BE(initialWindowSize, 0)
  payload.writeUInt32BE(window, 2)
  return frame('settings', 0, 0, payload)
}

/** RST_STREAM with the code CANCEL. */
export const reset = (stream: number) => frame('reset', 0, stream, number(8))

export const windowUpdate = (stream: number, increment = maximumIncrement) =>
  frame('windowUpdate', 0, stream, number(increment))

/** Header fields in HPACK; names and values of less than 127 bytes. */
export function fields(list: Record<string, string>): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)])
  return Buffer.concat(
    Object.entries(list).map(([name, value]) =>
      Buffer.concat([Buffer.from([0]), text(name), text(value)]),
    ),
  )
}

/** The fields of a request. */
export function request(method: string, path: string, more: Record<string, string> = {}): Buffer {
  const authority = 'coinflip-operator'
  const place = { ':scheme': 'https', ':authority': authority, ':path': path }
  return fields({ ':method': method, ...place, ...more })
}

/** HEADERS of a request, which end the stream unless a body follows. */
export const open = (stream: number, block: Buffer, ends = true) =>
  frame('headers', endHeaders + (ends ? endStream : 0), stream, block)
