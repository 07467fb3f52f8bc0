import type { FastifyPluginAsync } from 'fastify'

/** The least level that is logged, to be read and set while the process runs. */
export interface LogLevel {
  level: string
  /** What it can be set to. */
  readonly levels: readonly string[]
}

/**
 * Only these two: a proxy in the pod that hands on what comes from outside does so from other
 * addresses of 127.0.0.0/8 (Istio's from 127.0.0.6).
 */
const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

/** Names that a page of another site, led here by its DNS, would not send. */
const localHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/**
 * `GET` and `PUT /loglevel`, the level as plain text, for callers inside of the pod alone: a
 * port-forward and a debug container come from loopback, another pod does not.
 */
export function logLevelRoutes(log: LogLevel): FastifyPluginAsync {
  return async (app) => {
    app.addHook('onRequest', async ({ raw, headers }, reply) => {
      const near = loopback.has(raw.socket.remoteAddress ?? '')
      const direct = localHost.test(headers.host ?? '') && !headers['x-forwarded-for']
      if (!near || !direct)
        return reply.code(403).send('only from inside of the pod: kubectl port-forward\n')
    })
    // curl -d says that it is a form.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: 64 }, (_request, body, done) =>
      done(null, body),
    )
    app.get('/loglevel', async () => `${log.level}\n`)
    app.put<{ Body: string | undefined }>('/loglevel', async ({ body = '' }, reply) => {
      const level = body.trim()
      if (!log.levels.includes(level))
        return reply.code(400).send(`one of ${log.levels.join(', ')}\n`)
      log.level = level
      return `${level}\n`
    })
  }
}
