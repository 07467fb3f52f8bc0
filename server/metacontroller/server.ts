import type { Server } from 'node:http'
import type { Http2SecureServer, SecureServerOptions, ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import { type FastifyServerOptions, LogController } from 'fastify'
import type { ErrorBody } from './contract.ts'
import { describeFault } from './errors.ts'

/**
 * How long an idle connection stays open. Go's client keeps its own for 90 s and does not repeat
 * a POST on one that the server closes: with 72 s, 3.5 to 6 % of such calls failed, with a longer
 * time than the client's none of 6,000.
 */
export const idleTimeoutMs = 120_000

/** How long a request may take to arrive; Metacontroller gives up after 10 s by default. */
const requestTimeoutMs = 30_000

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
  const [line, error] = refusals[cause.code ?? ''] ?? notHttp
  const body = JSON.stringify({ error } satisfies ErrorBody)
  const head = [
    `HTTP/1.1 ${line}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  socket.destroySoon()
}

/**
 * Options for Fastify so that it can stand behind Metacontroller: bodies as large as objects get,
 * validation that changes nothing, connections kept longer than Go's client keeps them, and, with
 * `tls`, HTTP/2 and HTTP/1.1 side by side on one port. Pass them to `fastify()` with your own.
 */
export function serverOptions(bodyLimit: number, tls?: TlsOptions): FastifyServerOptions {
  const secure = tls && { http2: true, https: { ...tls, allowHTTP1: true } }
  const options = {
    bodyLimit,
    keepAliveTimeout: idleTimeoutMs,
    http2SessionTimeout: idleTimeoutMs,
    requestTimeout: requestTimeoutMs,
    return503OnClosing: false,
    exposeHeadRoutes: false,
    logController: new LogController({ disableRequestLogging: true }),
    ajv: {
      customOptions: {
        // Each of these would change the body: "3" to 3, fields gone, fields invented.
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: false,
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

/**
 * Holds the connections of `server` to what Go's client expects where Fastify has no option for
 * it. HTTP/2 sessions end after `sessionAgeMs` (10 % spread) by a GOAWAY, requests in flight
 * served: Metacontroller opens one session only, so this is how replicas come to share the work.
 */
export function holdConnections(server: Server | Http2SecureServer, sessionAgeMs: number): void {
  // Fastify sets these two on servers of HTTP/1.1 only, not on HTTP/1.1 beside HTTP/2.
  const timeouts = server as Server
  timeouts.keepAliveTimeout = idleTimeoutMs
  timeouts.requestTimeout = requestTimeoutMs
  server.on('session', (session: ServerHttp2Session) => {
    const spread = 0.9 + Math.random() * 0.2
    const timer = setTimeout(() => session.close(), sessionAgeMs * spread).unref()
    session.once('close', () => clearTimeout(timer))
  })
}
