import fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Authorize } from '../access/tokens.ts'
import { CoinFlip, CoinFlipStatus } from '../domain/coinflip.ts'
import type { HookContext } from '../hook/context.ts'
import { finalize, release } from '../hook/finalize.ts'
import { sync } from '../hook/sync.ts'
import {
  createGate,
  type Limits,
  metacontrollerHooks,
  serverOptions,
  type TlsOptions,
} from '../metacontroller/index.ts'
import type { Metrics } from './metrics.ts'

export interface AppOptions {
  context: HookContext
  log: Logger
  metrics: Metrics
  limits: Limits
  sessionAgeMs: number
  /** How long a request may take to arrive. */
  requestTimeoutMs?: number
  tls?: TlsOptions | undefined
  /** Whether the value of an Authorization header is let in; without it everyone is. */
  authorize?: Authorize | undefined
  /** Adds descriptions and examples to the app before its routes; absent in production. */
  document?:
    | ((app: FastifyInstance, needsToken: boolean) => Promise<{ sync: unknown; finalize: unknown }>)
    | undefined
}

/** The app behind the hook port; it does not listen yet. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { context, log, metrics, limits, document } = options
  // Fastify itself says nothing below a warning: not that it listens, not each request.
  const level = log.isLevelEnabled('warn') ? 'warn' : log.level
  const loggerInstance: FastifyBaseLogger = log.child({}, { level })
  const app = fastify({
    ...serverOptions({
      bodyBytes: limits.bodyBytes,
      sessionAgeMs: options.sessionAgeMs,
      tls: options.tls,
      requestTimeoutMs: options.requestTimeoutMs,
    }),
    loggerInstance,
    // A bug's line is all that a request's own logger is for; making one costs 3 % of a call.
    childLoggerFactory: (logger) => logger,
  })

  const gate = createGate(limits)
  metrics.watchCalls(() => gate.calls, limits.calls)
  const routes = new Set<string>()
  app.addHook('onRoute', ({ url }) => {
    routes.add(url)
  })
  app.addHook('onResponse', (request, reply, done) => {
    // `request.routeOptions` would make an object for each call.
    const path = request.url.split('?', 1)[0] ?? ''
    const labels = { route: routes.has(path) ? path : 'none', code: reply.statusCode }
    metrics.requestSeconds.observe(labels, reply.elapsedTime / 1000)
    done()
  })
  const examples = await document?.(app, options.authorize !== undefined)
  await app.register(
    metacontrollerHooks({
      parent: CoinFlip,
      status: CoinFlipStatus,
      sync: ({ parent }) => sync(parent, context).then(metrics.seen),
      finalize: ({ parent }) => finalize(parent, context).then(metrics.seen),
      release: (parent) => release(parent, context),
      gate,
      authorize: options.authorize,
      ...(examples ? { examples } : {}),
    }),
  )
  return app
}
