import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'

export type HookRequest = IncomingMessage | Http2ServerRequest
export type HookResponse = ServerResponse | Http2ServerResponse

/** How long the parts of a request may take, in ms. */
export interface RequestTimeouts {
  /** For the request to arrive. */
  requestMs: number
  /** From then on for the answer to be taken. */
  answerMs: number
}

function refuseLate(request: HookRequest, response: HookResponse): void {
  // Nobody reads the body, so nobody would answer either.
  if (request.listenerCount('error') === 0) {
    response.destroy()
    return
  }
  // To whoever reads the body, so that it is not taken for whole when the stream ends.
  const late = { statusCode: 408, code: 'ERR_HTTP_REQUEST_TIMEOUT' }
  request.emit('error', Object.assign(new Error('the body is late'), late))
}

/**
 * Answers a request whose body has not arrived in time with 408 and ends its stream or connection;
 * destroys the response when its answer is not taken. Over plain HTTP/1.1 Node does both by itself,
 * and a timer for each call took 4 % of its time there.
 */
export function enforceRequestTimeout(
  request: HookRequest,
  response: HookResponse,
  { requestMs, answerMs }: RequestTimeouts,
): void {
  let timer = setTimeout(() => {
    if (!request.complete && !response.headersSent) refuseLate(request, response)
    timer = setTimeout(() => response.destroy(), answerMs).unref()
  }, requestMs).unref()
  response.once('close', () => clearTimeout(timer))
}

/** Ends a stream that is answered before its body has ended: nobody reads the rest. */
export function closeUnreadStream(response: Http2ServerResponse): void {
  const { stream } = response
  stream.once('finish', () => {
    if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR)
  })
}
