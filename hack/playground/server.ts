import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Broker } from '../lib/broker.ts'
import { UserError } from '../lib/user-error.ts'
import { createSwitch } from './broker-switch.ts'
import { createFeed } from './feed.ts'
import { policy, readPageFile } from './files.ts'
import { refusalOf } from './guard.ts'
import { forward } from './proxy.ts'
import { watchStream } from './watch-stream.ts'

interface PlaygroundOptions {
  /** 0 for a free port. */
  port: number
  /** Base URL of the hooks of the service. */
  hooks: string
  broker: Pick<Broker, 'url' | 'kill' | 'restart'>
  /** Name of the stream of the service. */
  stream: string
}

/** The server behind the page of the playground. */
interface Playground {
  url: string
  stop(): Promise<void>
}

type Route = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void

function refuse(response: ServerResponse, code: number, error: string): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify({ error }))
}

/** A route that runs a command and responds with its error if it fails. */
function commandRoute(work: () => Promise<void>): Route {
  return async (request, response) => {
    request.resume()
    await work().then(
      () => response.writeHead(204).end(),
      (error: Error) => refuse(response, 500, error.message),
    )
  }
}

/** Starts the playground on loopback. */
export async function startPlayground(options: PlaygroundOptions): Promise<Playground> {
  const { hooks, broker, stream } = options
  const feed = createFeed({ run: randomUUID(), hooks, broker: broker.url, stream })
  const power = createSwitch(broker, feed.broker)
  const routes: Record<string, Route> = {
    'GET /events': feed.open,
    'POST /sync': (request, response) => forward(`${hooks}/sync`, request, response),
    'POST /finalize': (request, response) => forward(`${hooks}/finalize`, request, response),
    'POST /broker/stop': commandRoute(power.stop),
    'POST /broker/start': commandRoute(power.start),
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers } = request
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    const refusal = refusalOf(headers, method, port)
    if (refusal !== undefined) return refuse(response, 403, `refused: ${refusal}`)
    response.setHeader('cache-control', 'no-store')
    response.setHeader('content-security-policy', policy)
    response.setHeader('x-content-type-options', 'nosniff')
    const route = routes[`${method} ${path}`]
    if (route) return route(request, response)
    const file = method === 'GET' ? await readPageFile(path) : undefined
    if (!file) return refuse(response, 404, 'no such path')
    response.writeHead(200, { 'content-type': file.type }).end(file.body)
  }

  const server = createServer((request, response) => {
    // The page closed the connection during the call, as a reload does.
    answer(request, response).catch(() => response.destroy())
  })
  server.listen({ host: '127.0.0.1', port: options.port })
  await once(server, 'listening').catch(({ code }) => {
    throw new UserError(
      `playground: cannot listen on port ${options.port} (${code}); set PLAYGROUND_PORT`,
    )
  })
  const { port } = server.address() as AddressInfo
  const unwatch = await watchStream(broker.url, stream, {
    message: feed.message,
    reachable: power.reachable,
  }).catch((error) => {
    server.close()
    throw error
  })
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.close()
      server.closeAllConnections()
      await unwatch()
    },
  }
}
