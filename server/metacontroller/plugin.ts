import type {
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
  FastifySchemaValidationError,
} from 'fastify'
import type { TSchema } from 'typebox'
import { createAdmission, OverloadError, refuseOverload } from './admission.ts'
import { type CompositeHooks, compositeShape } from './composite.ts'
import { drainConnections, limitConnections } from './connections.ts'
import { ErrorBody, withoutStringRules } from './contract.ts'
import type { Composite, Controller, Decorator } from './declaration.ts'
import { type DecoratorHooks, decoratorShape } from './decorator.ts'
import { AnswerError } from './desired.ts'
import { describeFault, describeRefusal, shorten } from './errors.ts'
import { createGate, type Gate } from './gate.ts'
import { type AnyHooks, buildRoutes, type Examples, type HookRoute } from './routes.ts'
import { isExpired } from './server.ts'

/**
 * Throws an AnswerError for an answer that does not match its schema. The serializer would convert it:
 * `finalized: 'no'` would allow a deletion.
 */
function requireValid(request: FastifyRequest, schema: TSchema, answer: object) {
  const validate = request.compileValidationSchema(schema)
  if (validate(answer)) return answer
  const [fault] = (validate as { errors?: FastifySchemaValidationError[] }).errors ?? []
  throw new AnswerError(`of the answer, ${describeFault(fault)}`)
}

/** The functions behind the hooks that a controller declares. */
export type HooksOf<C extends Controller> = C extends Composite
  ? CompositeHooks<C>
  : C extends Decorator
    ? DecoratorHooks<C>
    : never

/** How the hooks are served. */
export interface HookOptions {
  /** Admits calls; closed together with the app. Without it there is one with usual limits. */
  gate?: Gate | undefined
  /** Whether a call with this Authorization header is admitted; without the option every call is. */
  authorize?: ((authorization: string | undefined) => boolean) | undefined
  /** Whole calls to show in the OpenAPI description. */
  examples?: Examples | undefined
}

const refusal = (description: string) => ({ ...ErrorBody, description })

const retryAfter = { type: 'integer', minimum: 1, description: 'Seconds to wait before a retry.' }

/** All answers but 200; 431 is sent before there is a route. */
const errorResponses = {
  400: refusal('The body is not JSON or does not match the schema.'),
  401: refusal('The bearer token is missing or unknown.'),
  408: refusal('The request took too long to arrive.'),
  413: refusal('The body is larger than the service accepts.'),
  415: refusal('The content type is not application/json.'),
  429: {
    type: 'null',
    description: 'Overload; the answer has no body.',
    headers: { 'Retry-After': retryAfter },
  },
  431: refusal('The headers are too large.'),
  500: refusal("A bug; the service's log has the details."),
}

/** Only an answer that must not be applied is described: it is what the hook's author has to fix. */
function describeBug(error: unknown): string {
  return error instanceof AnswerError
    ? shorten(`bug in the hook: ${error.message}`)
    : "internal error, the service's log has the details"
}

/**
 * Creates a plugin with the hooks that a controller declares, of version v2 or v1: `POST /sync`, and
 * `/finalize` and `/customize` where declared, for an app made with `buildServerOptions`. An app may
 * have several, each under a prefix. It answers unknown paths with 404, other methods with 405, an
 * unknown token with 401, invalid input with 400, 413 or 415 and a body of one short line, a late body
 * with 408, overload with 429 and `Retry-After`, a bug with 500 and its stack in the log only.
 */
export function metacontrollerHooks<C extends Controller>(
  controller: C,
  options: HooksOf<C> & HookOptions,
): FastifyPluginAsync {
  const { gate = createGate(), authorize, examples } = options
  const hooks = options as unknown as AnyHooks
  const shape =
    controller.type === 'CompositeController'
      ? compositeShape(controller)
      : decoratorShape(controller)
  const routes = buildRoutes(shape, hooks, examples)
  const admission = createAdmission(gate, authorize)
  let isClosing = false

  function closeConnectionOnShutdown(
    request: FastifyRequest,
    reply: FastifyReply,
    _payload: unknown,
    done: () => void,
  ): void {
    // Go does not repeat a POST, so the client must know before it uses the connection again.
    const isLast = isClosing || isExpired(request.raw.socket)
    if (isLast && request.raw.httpVersionMajor === 1) reply.header('connection', 'close')
    done()
  }

  /** Removes the body from the request, for it can be 100 MB of objects. */
  function takeBody(request: FastifyRequest): unknown {
    const { body } = request
    request.body = undefined
    return body
  }

  function takeValidBody(request: FastifyRequest): unknown {
    if (request.validationError) throw request.validationError
    return takeBody(request)
  }

  function handler(route: HookRoute) {
    const schema = withoutStringRules(route.answer)
    return async (request: FastifyRequest) => {
      if (request.validationError && route.callInvalid) {
        const answer = route.callInvalid(takeBody(request))
        if (answer) return requireValid(request, schema, answer)
      }
      const answer = await admission.run(request, () => route.call(takeValidBody(request)))
      return requireValid(request, schema, answer)
    }
  }

  return async (app) => {
    const sockets = limitConnections(app.server)
    const paths = routes.map(({ path }) => app.prefix.replace(/\/$/, '') + path)
    app.removeContentTypeParser('text/plain')
    app.addHook('preClose', async () => {
      isClosing = true
      gate.close()
      await drainConnections(sockets, () => gate.calls)
    })

    const { onRequest, preParsing } = admission
    for (const route of routes) {
      const { path, summary, body, answer } = route
      const schema = { summary, body, response: { 200: answer, ...errorResponses } }
      const onSend = closeConnectionOnShutdown
      const parts = { schema, attachValidation: true, onRequest, preParsing, onSend }
      app.post(path, parts, handler(route))
    }

    // In onRequest, not in a handler, which would first read the body, past the gate and the token.
    app.addHook('onRequest', (request, reply, done) => {
      if (!request.is404) done()
      else if (paths.includes(request.url.split('?', 1)[0] ?? ''))
        reply.code(405).header('allow', 'POST').send({ error: 'the method must be POST' })
      else reply.code(404).send({ error: `no such path, there is ${paths.join(' and ')}` })
    })
    app.setNotFoundHandler(() => {})
    app.setErrorHandler(async (error, request, reply) => {
      // Fastify disconnects a caller with a bad body by a header that HTTP/2 does not have.
      if (request.raw.httpVersionMajor === 2) reply.removeHeader('connection')
      if (error instanceof OverloadError) return refuseOverload(reply)
      const described = describeRefusal(error)
      if (described) return reply.code(described.code).send(described.body)
      request.log.error({ err: error }, 'unhandled error in hook')
      return reply.code(500).send({ error: describeBug(error) })
    })
  }
}
