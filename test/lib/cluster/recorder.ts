import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** A call of Metacontroller. */
export interface Call {
  path: string
  headers: IncomingHttpHeaders
  body: {
    parent: {
      metadata: { name: string; namespace: string }
      spec: { flips: unknown[] }
      [field: string]: unknown
    }
    [field: string]: unknown
  }
}

/** Starts a proxy in front of the hooks that records each call. */
export async function startRecorder(target: URL) {
  const calls: Call[] = []
  const server = createServer(async (incoming, outgoing) => {
    const { method, url: path = '/', headers } = incoming
    const body = await buffer(incoming)
    calls.push({ path, headers, body: JSON.parse(body.toString()) })
    const call = request(new URL(path, target), { method, headers })
    call.on('error', () => outgoing.destroy())
    call.end(body)
    call.on('response', (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(outgoing)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    calls: calls as readonly Call[],
    close: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
