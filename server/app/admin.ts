import fastify, { type FastifyInstance } from 'fastify'
import { type LogLevel, logLevelRoutes } from './loglevel.ts'
import type { Metrics } from './metrics.ts'

/** What `/readyz` answers from. */
export interface Readiness {
  phase: 'starting' | 'ready' | 'draining'
}

/** The app behind the admin port: probes, metrics and the log's level, never calls. */
export function buildAdmin(
  readiness: Readiness,
  metrics: Metrics,
  logLevel: LogLevel,
): FastifyInstance {
  const app = fastify({ forceCloseConnections: true, requestTimeout: 10_000 })
  app.get('/livez', async () => 'ok\n')
  app.get('/readyz', async (_request, reply) => {
    reply.code(readiness.phase === 'ready' ? 200 : 503)
    return `${readiness.phase}\n`
  })
  app.get('/metrics', async (_request, reply) => {
    reply.type(metrics.registry.contentType)
    return metrics.registry.metrics()
  })
  app.register(logLevelRoutes(logLevel))
  return app
}
