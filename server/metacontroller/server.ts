import type { EventEmitter } from 'node:events'
import type { Server } from 'node:http'
import type { Http2SecureServer, SecureServerOptions, ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type FastifyServerOptions, LogController } from 'fastify'
import type { ErrorBody } from './contract.ts'
import { describeFault } from './errors.ts'

/**
 * How long an idle connection stays open. Go's client keeps its own for 90 s and does not repeat
 * a POST on one that the server closes: with 72 s, 3.5 to 6 % of such calls failed, with a longer
 * time than the client's none of 6,000.
 */
export const idleTimeoutMs = 120_000

/** How long a request may take to arrive: after as long Metacontroller gives up by default. */
export const defaultRequestTimeoutMs = 10_000

/**
 * How much of a body, and of all bodies of a session, may be on its way. With HTTP/2's own 64 KB
 * for both, a few large bodies hold up each other and everything else.
 */
const streamWindowBytes = 1_048_576
const sessionWindowBytes = 4_194_304

/** Extensions of Kubernetes that a schema may carry for its CRD. */
const kubernetesKeywords = [
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
  'x-kubernetes-validations',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-int-or-string',
]

/** Certificate and key as PEM text, and who may connect. */
export type TlsOptions = Pick<
  SecureServerOptions,
  'cert' | 'key' | 'ca' | 'requestCert' | 'rejectUnauthorized' | 'minVersion'
>

/** What Node could not take as a request, by its error code, as status line and reason. */
const refusals: Record<string, [line: string, error: string]> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'the headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request took too long to arrive'],
}
const notHttp: [line: string, error: string] = ['400 Bad Request', 'not a valid HTTP request']

function refuseConnection(cause: NodeJS.ErrnoException, socket: Socket): void {
  // Before the handshake has ended nothing can be written, and an answer is never waited for twice.
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

/**
 * Options for Fastify so that it can stand behind Metacontroller: bodies as large as objects get,
 * validation that changes nothing, connections kept longer than Go's client keeps them, and, with
 * `tls`, HTTP/2 and HTTP/1.1 side by side on one port. Pass them to `fastify()` with your own.
 */
export function serverOptions(
  bodyLimit: number,
  tls?: TlsOptions,
  requestTimeoutMs = defaultRequestTimeoutMs,
): FastifyServerOptions {
  const https = {
    ...tls,
    allowHTTP1: true,
    handshakeTimeout: requestTimeoutMs,
    // Go resets a stream whose body is refused. Node ends the session above 33 of those a second,
    // and with it the calls that were admitted; an overload had 3,900 for a minute. This is more
    // than a core can answer: what limits callers is the gate.
    streamResetBurst: 100_000,
    streamResetRate: 20_000,
    settings: { initialWindowSize: streamWindowBytes },
  }
  const secure = tls && { http2: true, https }
  const options = {
    bodyLimit,
    keepAliveTimeout: idleTimeoutMs,
    http2SessionTimeout: idleTimeoutMs,
    requestTimeout: requestTimeoutMs,
    return503OnClosing: false,
    exposeHeadRoutes: false,
    // The body is read and never merged, so a __proto__ in it is a field like any other.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
    logController: new LogController({ disableRequestLogging: true }),
    ajv: {
      customOptions: {
        // Each of these would change the body: "3" to 3, fields gone, fields invented.
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: false,
        // Checking the schemas themselves and shortening the code made of them take a fifth of the
        // start, and each call as long with it as without.
        validateSchema: false,
        code: { optimize: false },
        keywords: kubernetesKeywords,
      },
    },
    schemaErrorFormatter: (faults) => new Error(describeFault(faults[0])),
    clientErrorHandler: refuseConnection,
    ...secure,
  } satisfies FastifyServerOptions & Record<string, unknown>
  // HTTP/2 changes Fastify's types in ways that no route here sees.
  return options as FastifyServerOptions
}

/** Under steady calls each of the connections that Go keeps has its turn within that. */
const partingMs = 1_000

/**
 * Before a server closes: gives its clients time to part, told so by the answers that they get. To
 * close a connection that is idle just now fails the call that is on its way there, which is what
 * closing the server does: 2 of 44,000 calls in 3 rollouts. Connections on which nothing ever came,
 * which Go opens and has no use for, are ended in the end: Node would wait for their client.
 */
export async function partFrom(sockets: ReadonlySet<Socket>): Promise<void> {
  const deadline = performance.now() + partingMs
  while (sockets.size > 0 && performance.now() < deadline) await delay(20)
  for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
}

/** Connections of HTTP/1.1 over TLS that have had their time. */
const aged = new WeakSet<object>()

/** Whether a connection shall end with the answer that it is about to carry. */
export const hasAged = (socket: object): boolean => aged.has(socket)

/**
 * Holds the connections of `server` to what Go's client expects where Fastify has no option for
 * it. HTTP/2 sessions end after `sessionAgeMs` (10 % spread) by a GOAWAY, requests in flight
 * served: Metacontroller opens one session only, so this is how replicas come to share the work.
 * HTTP/1.1 over TLS ends as late, see `hasAged`: a client certificate is looked at only once.
 * Answers the connections that are open, for `partFrom`.
 */
export function holdConnections(
  server: Server | Http2SecureServer,
  sessionAgeMs: number,
  requestTimeoutMs = defaultRequestTimeoutMs,
): Set<Socket> {
  // Fastify sets these two on servers of HTTP/1.1 only, not on HTTP/1.1 beside HTTP/2.
  const timeouts = server as Server & { connectionsCheckingInterval: number }
  timeouts.keepAliveTimeout = idleTimeoutMs
  timeouts.requestTimeout = requestTimeoutMs
  // Node takes the shorter of the two for the headers, and has 60 s for these by itself.
  timeouts.headersTimeout = requestTimeoutMs
  // Node looks for late requests every 30 s unless told else.
  timeouts.connectionsCheckingInterval = requestTimeoutMs / 10
  const whenOld = (connection: EventEmitter, end: () => void) => {
    const spread = 0.9 + Math.random() * 0.2
    const timer = setTimeout(end, sessionAgeMs * spread).unref()
    connection.once('close', () => clearTimeout(timer))
  }
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('session', (session: ServerHttp2Session) => {
    session.setLocalWindowSize(sessionWindowBytes)
    whenOld(session, () => session.close())
  })
  server.on('secureConnection', (socket: Socket) => whenOld(socket, () => aged.add(socket)))
  return sockets
}
