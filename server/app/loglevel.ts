import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Logger } from 'pino'
import Type, { type TSchema } from 'typebox'
import { Value } from 'typebox/value'

/** The minimum log level, to be read and set while the process runs. */
export interface LogLevel {
  level: string
  /** The levels that it can be set to. */
  readonly levels: readonly string[]
}

/** Raises the level for Fastify's own lines to a warning: it would log each request. */
export function limitLogLevel(log: Logger): string {
  return log.isLevelEnabled('warn') ? 'warn' : log.level
}

/**
 * No other address of 127.0.0.0/8: a proxy in the pod forwards calls from outside from such addresses
 * (Istio's from 127.0.0.6).
 */
const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

/** Host headers that a page of another site (DNS rebinding) would not send. */
const localHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/**
 * Creates a plugin with `GET` and `PUT /loglevel`, the level as plain text. It refuses callers that are
 * not on loopback: a port-forward and a debug container are, another pod is not.
 */
export function createLogLevelRoutes(log: LogLevel): FastifyPluginAsyncTypebox {
  const schema = { body: Type.Enum([...log.levels]) }
  return async (app) => {
    // Fastify's own would be made for this route alone, which takes 20 ms of the startup.
    app.setValidatorCompiler<TSchema>(
      ({ schema }) =>
        (value) =>
          Value.Check(schema, value) || {
            error: new Error('unknown level'),
          },
    )
    app.addHook('onRequest', async ({ raw, headers }, reply) => {
      const isLocal = loopback.has(raw.socket.remoteAddress ?? '')
      const isDirect = localHost.test(headers.host ?? '') && !headers['x-forwarded-for']
      if (!isLocal || !isDirect)
        return reply.code(403).send('only from inside the pod: use kubectl port-forward\n')
    })
    // curl -d sends the content type of a form.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: 64 }, (_request, body, done) =>
      done(null, String(body).trim()),
    )
    app.get('/loglevel', async () => `${log.level}\n`)
    app.put('/loglevel', { schema, attachValidation: true }, async (request, reply) => {
      if (request.validationError) return reply.code(400).send(`one of ${log.levels.join(', ')}\n`)
      log.level = request.body
      return `${request.body}\n`
    })
  }
}
