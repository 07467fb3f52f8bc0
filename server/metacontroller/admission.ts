import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ErrorBody } from './contract.ts'
import { drawRetryAfter, type Gate, reservedBytes } from './gate.ts'

/** Thrown where a call exceeds the limits after it has begun to arrive. */
export class OverloadError extends Error {
  readonly statusCode = 429
}

/** Answers 429, without a body: Metacontroller does not read it, and would reconnect because of it. */
export function refuseOverload(reply: FastifyReply): void {
  reply.code(429).header('retry-after', drawRetryAfter()).send()
}

/**
 * Refuses a call with 429, over HTTP/2 after its body has arrived. If it is answered earlier, Go resets
 * the stream, and Node ends a session that resets more than 33 streams a second, with all calls that
 * were admitted: an overload had 3,900. Two thirds of a body of 1.5 MB are on their way anyway.
 */
function refuseCall({ raw }: FastifyRequest, reply: FastifyReply): void {
  if (raw.httpVersionMajor === 1) refuseOverload(reply)
  else raw.resume().once('end', () => refuseOverload(reply))
}

/** The connection that a call shares with others: a session of HTTP/2, a socket of HTTP/1.1. */
function findConnection({ raw }: FastifyRequest): object {
  const { stream } = raw as { stream?: { session?: object } }
  return stream?.session ?? raw.socket
}

/**
 * Whether a body is within what its connection may always send, since HTTP/1.1 has one at a time. To
 * count its bytes would take 5 % of a usual call.
 */
function isReserved({ raw, headers }: FastifyRequest): boolean {
  return raw.httpVersionMajor === 1 && Number(headers['content-length']) <= reservedBytes
}

/** Hooks of Fastify, and a wrapper for handlers, that keep calls within the limits of a gate. */
export interface Admission {
  onRequest(request: FastifyRequest, reply: FastifyReply, done: () => void): void
  preParsing<Payload extends NodeJS.ReadableStream>(
    request: FastifyRequest,
    reply: FastifyReply,
    payload: Payload,
    done: (error: null, payload: Payload) => void,
  ): void
  /** Runs a hook as a call in flight until it has settled, even if its caller disconnects. */
  run<T>(request: FastifyRequest, hook: () => T | Promise<T>): Promise<T>
}

/** Creates the admission of calls whose caller is authorized, within the limits of the gate. */
export function createAdmission(
  gate: Gate,
  authorize: ((authorization: string | undefined) => boolean) | undefined,
): Admission {
  return {
    onRequest(request, reply, done) {
      if (authorize && !authorize(request.headers.authorization)) {
        const body: ErrorBody = { error: 'the bearer token is missing or unknown' }
        reply.code(401).header('www-authenticate', 'Bearer').send(body)
        return
      }
      const announced = Number(request.headers['content-length'] ?? 0)
      const bytes = Math.min(announced, gate.limits.bodyBytes)
      if (gate.isOpen(findConnection(request), bytes)) done()
      else refuseCall(request, reply)
    },

    preParsing(request, reply, payload, done) {
      if (isReserved(request)) {
        done(null, payload)
        return
      }
      const connection = findConnection(request)
      let bytes = 0
      function release(): void {
        gate.releaseBytes(connection, bytes)
        bytes = 0
        payload.off('data', count)
      }
      function count(chunk: Buffer): void {
        if (gate.tryReceive(connection, chunk.length)) bytes += chunk.length
        else {
          release()
          payload.emit('error', new OverloadError('too many bytes in flight'))
        }
      }
      // Before the body is parsed, which takes one turn and leaves only what the hook needs.
      payload.on('data', count).once('end', release)
      reply.raw.once('close', release)
      done(null, payload)
    },

    async run(request, hook) {
      const connection = findConnection(request)
      if (!gate.tryAcquire(connection)) throw new OverloadError('too many calls in flight')
      try {
        return await hook()
      } finally {
        gate.release(connection)
      }
    },
  }
}
