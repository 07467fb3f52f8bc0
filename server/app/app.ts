import fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Authorize } from '../access/tokens.ts'
import type { HookContext } from '../hook/context.ts'
import { coinFlips } from '../hook/controller.ts'
import { finalize, finalizeInvalid } from '../hook/finalize.ts'
import { sync } from '../hook/sync.ts'
import {
  buildServerOptions,
  createGate,
  type Limits,
  metacontrollerHooks,
  type TlsOptions,
} from '../metacontroller/index.ts'
import { limitLogLevel } from './loglevel.ts'
import type { Metrics } from './metrics.ts'

export interface AppOptions {
  context: HookContext
  log: Logger
  metrics: Metrics
  limits: Limits
  sessionAgeMs: number
  /** How long a request may take to arrive. */
  requestTimeoutMs?: number | undefined
  tls?: TlsOptions | undefined
  /** Admits calls by their Authorization header; without it every call is admitted. */
  authorize?: Authorize | undefined
  /** Adds descriptions and examples to the app before its routes; absent in production. */
  document?:
    | ((app: FastifyInstance, needsToken: boolean) => Promise<{ sync: unknown; finalize: unknown }>)
    | undefined
}

/** Builds the app of the hook port, which does not listen yet. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { context, log, metrics, limits, document } = options
  const loggerInstance: FastifyBaseLogger = log.child({}, { level: limitLogLevel(log) })
  // A logger for each request would only serve the line about a bug, and costs 3 % of a call.
  loggerInstance.child = () => loggerInstance
  const app = fastify({
    ...buildServerOptions({
      bodyBytes: limits.bodyBytes,
      sessionAgeMs: options.sessionAgeMs,
      tls: options.tls,
      requestTimeoutMs: options.requestTimeoutMs,
    }),
    loggerInstance,
  })

  const gate = createGate(limits)
  metrics.observeCalls(() => gate.calls, limits.calls)
  const routes = new Set<string>()
  app.addHook('onRoute', ({ url }) => {
    routes.add(url)
  })
  app.addHook('onResponse', (request, reply, done) => {
    // `request.routeOptions` would create an object for each call.
    const path = request.url.split('?', 1)[0] ?? ''
    const labels = { route: routes.has(path) ? path : 'none', code: reply.statusCode }
    metrics.requestSeconds.observe(labels, reply.elapsedTime / 1000)
    done()
  })
  const examples = await document?.(app, options.authorize !== undefined)
  await app.register(
    metacontrollerHooks(coinFlips, {
      sync: ({ parent }) => sync(parent, context).then(metrics.recordReconcile),
      finalize: ({ parent }) => finalize(parent, context).then(metrics.recordReconcile),
      finalizeInvalid: (parent) => finalizeInvalid(parent, context),
      gate,
      authorize: options.authorize,
      examples,
    }),
  )
  return app
}
