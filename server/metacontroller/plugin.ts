import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Static, TSchema } from 'typebox'
import { createAdmission, OverloadError, refuseOverload } from './admission.ts'
import { drainConnections, limitConnections } from './connections.ts'
import {
  buildAnswerSchemas,
  buildRequestSchema,
  type Call,
  ErrorBody,
  type FinalizeAnswer,
  type SyncAnswer,
} from './contract.ts'
import { describeRefusal } from './errors.ts'
import type { Gate } from './gate.ts'
import { isExpired } from './server.ts'

type Awaitable<T> = T | Promise<T>

/** The two schemas, the functions and the gate that make a pair of hooks. */
export interface HookOptions<Parent extends TSchema, Status extends TSchema> {
  /** Schema of the parent object; a call whose parent does not match is refused with 400. */
  parent: Parent
  /** Schema of `status`; other fields are not sent. */
  status: Status
  /** Called for each sync. An exception is answered with 500 and logged. */
  sync(call: Call<Static<Parent>>): Awaitable<SyncAnswer<Static<Status>>>
  /** Called for an object in deletion; without it there is no finalize route. */
  finalize?(call: Call<Static<Parent>>): Awaitable<FinalizeAnswer<Static<Status>>>
  /**
   * Called with a parent in deletion that does not match its schema, of any shape: a status allows
   * the deletion, undefined refuses it with 400, so that the object stays until it is fixed.
   */
  finalizeInvalid?(parent: unknown): Static<Status> | undefined
  /** Admits calls; closed together with the app. */
  gate: Gate
  /** Whether a call with this Authorization header is admitted; without the option every call is. */
  authorize?: ((authorization: string | undefined) => boolean) | undefined
  /** Whole calls to show in the OpenAPI description. */
  examples?: { sync?: unknown; finalize?: unknown } | undefined
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

/**
 * Creates a plugin with `POST /sync` and, given a finalize function, `POST /finalize` as
 * Metacontroller's hooks of version v2, for an app made with `buildServerOptions`. It answers unknown
 * paths with 404, other methods with 405, an unknown token with 401, invalid input with 400, 413 or 415
 * and a body of one short line, a late body with 408, overload with 429 and `Retry-After`, a bug with
 * 500 and its stack in the log only.
 */
export function metacontrollerHooks<Parent extends TSchema, Status extends TSchema>(
  options: HookOptions<Parent, Status>,
): FastifyPluginAsyncTypebox {
  const { finalize, finalizeInvalid, gate, examples } = options
  const admission = createAdmission(gate, options.authorize)
  const answers = buildAnswerSchemas(options.status)
  const paths = new Set<string>()
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

  function takeCall(request: FastifyRequest): Call<Static<Parent>> {
    if (request.validationError) throw request.validationError
    return takeBody(request) as Call<Static<Parent>>
  }

  async function answerSync(request: FastifyRequest) {
    const answer = await admission.run(request, () => options.sync(takeCall(request)))
    return { children: [], ...answer }
  }

  async function answerFinalize(request: FastifyRequest) {
    if (request.validationError && finalizeInvalid) {
      const status = finalizeInvalid((takeBody(request) as Partial<Call<unknown>> | null)?.parent)
      if (status !== undefined) return { children: [], status, finalized: true }
    }
    const answer = await admission.run(request, () => finalize?.(takeCall(request)))
    return { children: [], ...answer }
  }

  return async (app) => {
    const sockets = limitConnections(app.server)
    app.removeContentTypeParser('text/plain')
    app.addHook('preClose', async () => {
      isClosing = true
      gate.close()
      await drainConnections(sockets, () => gate.calls)
    })

    const buildRoute = (path: string, summary: string, answer: TSchema, example: unknown) => {
      paths.add(path)
      const body = buildRequestSchema(options.parent, example)
      const schema = { summary, body, response: { 200: answer, ...errorResponses } }
      const { onRequest, preParsing } = admission
      const onSend = closeConnectionOnShutdown
      return { schema, attachValidation: true, onRequest, preParsing, onSend }
    }
    app.post(
      '/sync',
      buildRoute('/sync', 'Answers with the status.', answers.sync, examples?.sync),
      answerSync,
    )
    if (finalize) {
      const summary =
        'Answers with the status of an object in deletion, and whether it may be deleted.'
      app.post(
        '/finalize',
        buildRoute('/finalize', summary, answers.finalize, examples?.finalize),
        answerFinalize,
      )
    }

    // In onRequest, not in a handler, which would first read the body, past the gate and the token.
    app.addHook('onRequest', (request, reply, done) => {
      if (!request.is404) done()
      else if (paths.has(request.url.split('?', 1)[0] ?? ''))
        reply.code(405).header('allow', 'POST').send({ error: 'the method must be POST' })
      else reply.code(404).send({ error: `no such path, there is ${[...paths].join(' and ')}` })
    })
    app.setNotFoundHandler(() => {})
    app.setErrorHandler(async (error, request, reply) => {
      // Fastify disconnects a caller with a bad body by a header that HTTP/2 does not have.
      if (request.raw.httpVersionMajor === 2) reply.removeHeader('connection')
      if (error instanceof OverloadError) return refuseOverload(reply)
      const described = describeRefusal(error)
      if (described) return reply.code(described.code).send(described.body)
      request.log.error({ err: error }, 'unhandled error in hook')
      return reply.code(500).send({ error: "internal error, the service's log has the details" })
    })
  }
}
