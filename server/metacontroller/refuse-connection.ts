import type { Socket } from 'node:net'
import type { ErrorBody } from './contract.ts'

/** Status line and error for a request that Node cannot parse, by Node's error code. */
const refusals: Record<string, [line: string, error: string]> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'the headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request took too long to arrive'],
}
const notHttp: [line: string, error: string] = ['400 Bad Request', 'not a valid HTTP request']

/** Answers a request that Node cannot parse, and closes its connection. */
export function refuseConnection(cause: NodeJS.ErrnoException, socket: Socket): void {
  // Nothing can be written before the handshake has ended, or after an answer was not received.
  if (cause.code === 'ERR_TLS_HANDSHAKE_TIMEOUT' || !socket.writable) {
    socket.destroy()
    return
  }
  const [line, error] = refusals[cause.code ?? ''] ?? notHttp
  const body = JSON.stringify({ error } satisfies ErrorBody)
  const head = [
    `HTTP/1.1 ${line}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  socket.destroySoon()
}
