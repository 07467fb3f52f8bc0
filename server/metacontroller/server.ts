import {
  createServer,
  type IncomingMessage,
  METHODS,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { Http2SecureServer, SecureServerOptions } from 'node:http2'
import type { Socket } from 'node:net'
import { type FastifyServerFactory, type FastifyServerOptions, LogController } from 'fastify'
import type { ErrorBody } from './contract.ts'
import { describeFault } from './errors.ts'
import { createHttp2Server, onExpiry } from './http2.ts'
import {
  closeUnreadStream,
  enforceRequestTimeout,
  type HookRequest,
  type HookResponse,
} from './request-timeout.ts'

/**
 * How long an idle connection stays open. Go's client keeps its own for 90 s and does not repeat
 * a POST on one that the server closes: with 72 s, 3.5 to 6 % of such calls failed, with a longer
 * time than the client's none of 6,000.
 */
export const idleTimeoutMs = 120_000

/** How long a request may take to arrive: after as long Metacontroller gives up by default. */
export const defaultRequestTimeoutMs = 10_000

/** After as long a connection or stream is closed whose answer is not taken. */
const defaultAnswerTimeoutMs = 10_000

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

/** What a server of hooks can be given. */
export interface ServerSettings {
  /** Largest body of one call. */
  bodyBytes: number
  /** Age at which a connection of HTTP/2, or of HTTP/1.1 over TLS, ends. */
  sessionAgeMs: number
  tls?: TlsOptions | undefined
  /** How long a request may take to arrive. */
  requestTimeoutMs?: number | undefined
  /** How long an answer may take to be taken. */
  answerTimeoutMs?: number
}

/** Connections of HTTP/1.1 over TLS that have reached their age. */
const expired = new WeakSet<object>()

/**
 * Whether a connection shall end with the answer that it is about to carry: a client certificate is
 * looked at only once for each connection.
 */
export const isExpired = (socket: object): boolean => expired.has(socket)

/** What Node has as options for servers of HTTP/1.1 only, not for HTTP/1.1 beside HTTP/2. */
function configureHttp1(server: Server | Http2SecureServer, requestMs: number): void {
  const timeouts = server as Server & { connectionsCheckingInterval: number }
  timeouts.keepAliveTimeout = idleTimeoutMs
  timeouts.requestTimeout = requestMs
  // Node takes the shorter of the two for the headers, and has 60 s for these by itself.
  timeouts.headersTimeout = requestMs
  // Node looks for late requests every 30 s unless told else.
  timeouts.connectionsCheckingInterval = requestMs / 10
}

/** CONNECT has no path. */
const routedMethods = new Set(METHODS.filter((method) => method !== 'CONNECT'))

/** Over HTTP/2 any word can be a method; Fastify takes an unknown one for a bug of its own. */
function refuseMethod(response: HookResponse): void {
  response.statusCode = 405
  response.setHeader('allow', 'POST')
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ error: 'the method must be POST' } satisfies ErrorBody))
}

/**
 * Makes the server behind Fastify: plain HTTP/1.1, or with `tls` HTTP/2 and HTTP/1.1 side by side on
 * one port, each with the limits of time that Metacontroller and hostile callers ask for.
 */
function serverFactory({
  tls,
  sessionAgeMs,
  requestTimeoutMs: requestMs = defaultRequestTimeoutMs,
  answerTimeoutMs: answerMs = defaultAnswerTimeoutMs,
}: ServerSettings): FastifyServerFactory {
  return (handler) => {
    if (!tls) {
      const server = createServer(handler)
      server.timeout = answerMs
      configureHttp1(server, requestMs)
      return server
    }
    const server = createHttp2Server(tls, { sessionAgeMs, idleMs: idleTimeoutMs, requestMs })
    configureHttp1(server, requestMs)
    server.on('secureConnection', (socket) =>
      onExpiry(socket, sessionAgeMs, () => expired.add(socket)),
    )
    function handle(request: HookRequest, response: HookResponse): void {
      if ('stream' in response) {
        // Reset, or refused as one too many.
        if (response.stream.closed) return
        closeUnreadStream(response)
      }
      enforceRequestTimeout(request, response, { requestMs, answerMs })
      if (routedMethods.has(request.method ?? ''))
        handler(request as IncomingMessage, response as ServerResponse)
      else refuseMethod(response)
      // A body that nobody reads is dropped, or as much as a window would stay in memory.
      if (request.readableFlowing === null) request.resume()
    }
    server.on('request', handle).on('checkExpectation', handle)
    server.on('connect', (request, response) => {
      // Over HTTP/1.1 the second one is the socket.
      if (request.httpVersionMajor !== 2) {
        response.destroy()
        return
      }
      handle(request, response)
      // Whoever asks for a tunnel takes this for a proxy.
      request.stream.session?.close()
    })
    return server as unknown as Server
  }
}

/**
 * Options for Fastify so that it can stand behind Metacontroller: bodies as large as objects get,
 * validation that changes nothing, connections kept longer than Go's client keeps them, and, with
 * `tls`, HTTP/2 and HTTP/1.1 side by side on one port. Pass them to `fastify()` with your own.
 */
export function serverOptions(settings: ServerSettings): FastifyServerOptions {
  return {
    bodyLimit: settings.bodyBytes,
    serverFactory: serverFactory(settings),
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
  }
}
