import { connect } from 'node:net'

/** Writes bytes on a new connection and returns the status codes of all responses until it ends. */
export function exchange(port: number, bytes: string | Buffer): Promise<number[]> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.on('data', (data) => {
      text += data.toString('latin1')
    })
    socket.on('error', () => {})
    socket.on('close', () =>
      resolve([...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, code]) => Number(code))),
    )
    socket.write(bytes)
  })
}

/** Builds the bytes of a request, which closes its connection. */
export function requestOf(
  body: string | Buffer,
  { path = '/sync', type = 'application/json', more = '', length = Buffer.byteLength(body) } = {},
): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: hook',
    'Connection: close',
    ...(type === '' ? [] : [`Content-Type: ${type}`]),
    `Content-Length: ${length}`,
    ...(more === '' ? [] : [more]),
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), Buffer.from(body)])
}
