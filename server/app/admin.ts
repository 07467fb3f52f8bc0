import fastify, { type FastifyInstance } from 'fastify'
import { limitConnections } from '../metacontroller/index.ts'
import { type LogLevel, logLevelRoutes } from './loglevel.ts'
import type { Metrics } from './metrics.ts'

/** What `/readyz` answers from. */
export interface Readiness {
  phase: 'starting' | 'ready' | 'draining'
}

/** Many readers of the metrics at once would keep the process busy with making the same text. */
const usualMetricsAgeMs = 1_000

/** Calls `make` at most once in `ageMs`; in between its last result is given again. */
function cacheFor<T>(ageMs: number, make: () => T): () => T {
  let made: { value: T; atMs: number } | undefined
  return () => {
    const now = performance.now()
    if (made === undefined || now - made.atMs >= ageMs) made = { value: make(), atMs: now }
    return made.value
  }
}

/** The app behind the admin port: probes, metrics and the log's level, never calls. */
export function buildAdmin(
  readiness: Readiness,
  metrics: Metrics,
  logLevel: LogLevel,
  metricsAgeMs = usualMetricsAgeMs,
): FastifyInstance {
  const app = fastify({ forceCloseConnections: true, requestTimeout: 10_000 })
  limitConnections(app.server)
  const readMetrics = cacheFor(metricsAgeMs, () => metrics.registry.metrics())
  app.get('/livez', async () => 'ok\n')
  app.get('/readyz', async (_request, reply) => {
    reply.code(readiness.phase === 'ready' ? 200 : 503)
    return `${readiness.phase}\n`
  })
  app.get('/metrics', async (_request, reply) => {
    reply.type(metrics.registry.contentType)
    return readMetrics()
  })
  app.register(logLevelRoutes(logLevel))
  return app
}
