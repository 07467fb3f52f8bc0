import fastify, { type FastifyInstance } from 'fastify'
import { limitConnections } from '../metacontroller/index.ts'
import { createLogLevelRoutes, type LogLevel } from './loglevel.ts'
import type { Metrics } from './metrics.ts'

/** The state behind `/readyz`. */
export interface Readiness {
  phase: 'starting' | 'ready' | 'draining'
}

/** Without a cache, many scrapers would keep the process busy with the same text. */
const defaultMetricsAgeMs = 1_000

/** Caches the result of `make` for `ageMs`. */
function cache<T>(make: () => T, ageMs: number): () => T {
  let cached: { value: T; atMs: number } | undefined
  return () => {
    const now = performance.now()
    if (!cached || now - cached.atMs >= ageMs) cached = { value: make(), atMs: now }
    return cached.value
  }
}

/** Builds the app of the admin port: probes, metrics and the log level, no hooks. */
export function buildAdmin(
  readiness: Readiness,
  metrics: Metrics,
  logLevel: LogLevel,
  metricsAgeMs = defaultMetricsAgeMs,
): FastifyInstance {
  const app = fastify({ forceCloseConnections: true, requestTimeout: 10_000 })
  limitConnections(app.server)
  const readMetrics = cache(() => metrics.registry.metrics(), metricsAgeMs)
  app.get('/livez', async () => 'ok\n')
  app.get('/readyz', async (_request, reply) => {
    reply.code(readiness.phase === 'ready' ? 200 : 503)
    return `${readiness.phase}\n`
  })
  app.get('/metrics', async (_request, reply) => {
    reply.type(metrics.registry.contentType)
    return readMetrics()
  })
  app.register(createLogLevelRoutes(logLevel))
  return app
}
