import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Http2SecureServer, SecureServerOptions } from 'node:http2'
import { type FastifyServerFactory, type FastifyServerOptions, LogController } from 'fastify'
import type { ErrorBody } from './contract.ts'
import { describeFault } from './errors.ts'
import { defaultLimits } from './gate.ts'
import { createHttp2Server, onExpiry } from './http2.ts'
import { refuseConnection } from './refuse-connection.ts'
import {
  closeUnreadStream,
  enforceRequestTimeout,
  type HookRequest,
  type HookResponse,
} from './request-timeout.ts'

// An import would load Node's fetch and WebSocket as well, which take 3 MB.
const { createServer, METHODS } = process.getBuiltinModule('node:http')

/**
 * How long an idle connection stays open. Go's client keeps its own for 90 s and does not repeat
 * a POST on one that the server closes: with 72 s, 3.5 to 6 % of such calls failed, with a longer
 * time than the client's none of 6,000.
 */
export const idleTimeoutMs = 120_000

/** How long a request may take to arrive; also Metacontroller's own default timeout of a call. */
export const defaultRequestTimeoutMs = 10_000

/** Often enough that new replicas get their share of the calls. */
const defaultSessionAgeMs = 300_000

/** How long a caller may take to receive an answer before its connection or stream is closed. */
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

/** Certificate and key as PEM text, and the CA of the clients that may connect. */
export type TlsOptions = Pick<
  SecureServerOptions,
  'cert' | 'key' | 'ca' | 'requestCert' | 'rejectUnauthorized' | 'minVersion'
>

/** Settings of a server for hooks. */
export interface ServerSettings {
  /** Largest body of one call; 4 MiB by default. */
  bodyBytes?: number | undefined
  /** Age at which a connection of HTTP/2, or of HTTP/1.1 over TLS, ends; 5 minutes by default. */
  sessionAgeMs?: number | undefined
  tls?: TlsOptions | undefined
  /** How long a request may take to arrive. */
  requestTimeoutMs?: number | undefined
  /** How long a caller may take to receive an answer. */
  answerTimeoutMs?: number | undefined
}

/** Connections of HTTP/1.1 over TLS that have reached their age. */
const expired = new WeakSet<object>()

/**
 * Whether a connection has to end with its next answer: a client certificate is verified only once
 * for each connection.
 */
export const isExpired = (socket: object): boolean => expired.has(socket)

/** Sets what Node has as options of HTTP/1.1 servers, but not of servers with HTTP/2 as well. */
function configureHttp1(server: Server | Http2SecureServer, requestMs: number): void {
  const timeouts = server as Server & { connectionsCheckingInterval: number }
  timeouts.keepAliveTimeout = idleTimeoutMs
  timeouts.requestTimeout = requestMs
  // Node uses the shorter of the two for the headers; its default is 60 s.
  timeouts.headersTimeout = requestMs
  // Node looks for late requests every 30 s by default.
  timeouts.connectionsCheckingInterval = requestMs / 10
}

/** CONNECT has no path. */
const routedMethods = new Set(METHODS.filter((method) => method !== 'CONNECT'))

/** Over HTTP/2 any word can be a method; Fastify treats an unknown one as an internal error. */
function refuseMethod(response: HookResponse): void {
  response.statusCode = 405
  response.setHeader('allow', 'POST')
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ error: 'the method must be POST' } satisfies ErrorBody))
}

/**
 * Builds the factory of the server behind Fastify: plain HTTP/1.1, or with `tls` HTTP/2 and HTTP/1.1 on
 * one port, each with the timeouts that Metacontroller and hostile callers require.
 */
function buildServerFactory({
  tls,
  sessionAgeMs = defaultSessionAgeMs,
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
        // It was reset, or refused because of the limit of streams.
        if (response.stream.closed) return
        closeUnreadStream(response)
      }
      enforceRequestTimeout(request, response, { requestMs, answerMs })
      if (routedMethods.has(request.method ?? ''))
        handler(request as IncomingMessage, response as ServerResponse)
      else refuseMethod(response)
      // A body that no handler reads is dropped, or up to a window of it would stay in memory.
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
      // A client that asks for a tunnel mistakes this server for a proxy.
      request.stream.session?.close()
    })
    return server as unknown as Server
  }
}

/**
 * Builds the options of a Fastify app that Metacontroller calls: bodies as large as objects get,
 * validation that changes nothing, connections kept longer than Go's client keeps them, and, with
 * `tls`, HTTP/2 and HTTP/1.1 on one port. Pass them to `fastify()` with your own.
 */
export function buildServerOptions(settings: ServerSettings = {}): FastifyServerOptions {
  return {
    bodyLimit: settings.bodyBytes ?? defaultLimits.bodyBytes,
    serverFactory: buildServerFactory(settings),
    return503OnClosing: false,
    exposeHeadRoutes: false,
    // The body is read and never merged, so a __proto__ in it does no harm.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
    logController: new LogController({ disableRequestLogging: true }),
    ajv: {
      customOptions: {
        // Each of these would change the body: "3" to 3, fields removed, fields added.
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: false,
        // Validating the schemas themselves and optimizing the generated code take a fifth of the
        // startup, and make no call faster.
        validateSchema: false,
        code: { optimize: false },
        keywords: kubernetesKeywords,
      },
    },
    schemaErrorFormatter: (faults) => new Error(describeFault(faults[0])),
    clientErrorHandler: refuseConnection,
  }
}
