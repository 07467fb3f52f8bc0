import type { Server } from 'node:http'
import { constants, type Http2ServerResponse } from 'node:http2'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { defaultRequestTimeoutMs } from './server.ts'

function refuse(request: FastifyRequest, reply: FastifyReply): void {
  // Nobody reads the body, so nobody would answer either.
  if (request.raw.listenerCount('error') === 0) {
    reply.raw.destroy()
    return
  }
  if (request.raw.httpVersionMajor === 2) {
    const { stream } = reply.raw as unknown as Http2ServerResponse
    stream.once('finish', () => stream.close(constants.NGHTTP2_NO_ERROR))
  }
  // To whoever reads the body, so that it is not taken for whole when the stream ends.
  const late = { statusCode: 408, code: 'ERR_HTTP_REQUEST_TIMEOUT' }
  request.raw.emit('error', Object.assign(new Error('the body is late'), late))
}

/**
 * Answers a request whose body has not arrived within `timeoutMs` with 408, and ends its stream or
 * connection; `answerTimeoutMs` later whoever has not taken the answer is parted from. Over plain
 * HTTP/1.1 Node does both; a session of HTTP/2 that is idle or old is closed in good order, which
 * waits for its streams for ever.
 */
export function limitTime(
  app: FastifyInstance,
  timeoutMs = defaultRequestTimeoutMs,
  answerTimeoutMs = 30_000,
): void {
  const { http2 } = app.initialConfig as { http2?: boolean }
  if (!http2) {
    // A timer for each call, as below, took 4 % of its time.
    const server: Server = app.server
    server.timeout = answerTimeoutMs
    return
  }
  app.addHook('onRequest', (request, reply, done) => {
    let timer = setTimeout(() => {
      if (!request.raw.complete && !reply.sent) refuse(request, reply)
      timer = setTimeout(() => reply.raw.destroy(), answerTimeoutMs).unref()
    }, timeoutMs).unref()
    reply.raw.once('close', () => clearTimeout(timer))
    done()
  })
}
