import fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
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
import type { Authorize } from './tokens.ts'

export interface AppOptions {
  context: HookContext
  log: Logger
  metrics: Metrics
  limits: Limits
  sessionAgeMs: number
  tls?: TlsOptions | undefined
  /** Whether the value of an Authorization header is let in; without it everyone is. */
  authorize?: Authorize | undefined
  /** Adds descriptions and examples to the app before its routes; absent in production. */
  document?: ((app: FastifyInstance) => Promise<{ sync: unknown; finalize: unknown }>) | undefined
}

/** The app behind the hook port; it does not listen yet. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { context, log, metrics, limits, sessionAgeMs, tls, document } = options
  // Fastify itself says nothing below a warning: not that it listens, not each request.
  const level = log.isLevelEnabled('warn') ? 'warn' : log.level
  const loggerInstance: FastifyBaseLogger = log.child({}, { level })
  const app = fastify({
    ...serverOptions(limits.bodyBytes, tls),
    loggerInstance,
  })

  const gate = createGate(limits)
  metrics.watchCalls(() => gate.calls)
  app.addHook('onResponse', async ({ routeOptions }, reply) => {
    const labels = { route: routeOptions.url ?? 'none', code: reply.statusCode }
    metrics.requestSeconds.observe(labels, reply.elapsedTime / 1000)
  })
  const examples = await document?.(app)
  await app.register(
    metacontrollerHooks({
      parent: CoinFlip,
      status: CoinFlipStatus,
      sync: ({ parent }) => sync(parent, context),
      finalize: ({ parent }) => finalize(parent, context),
      release: (parent) => release(parent, context),
      gate,
      sessionAgeMs,
      authorize: options.authorize,
      ...(examples ? { examples } : {}),
    }),
  )
  return app
}
