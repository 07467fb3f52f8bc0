import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** Longer than the 10 s that Metacontroller and the page wait. */
const limitMs = 15_000

/**
 * Forwards a call to the service and the response unchanged. If the service does not answer, the
 * response is 502 with the reason, where a browser would only say "failed to fetch".
 */
export async function forward(
  url: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await buffer(request)
  const headers = { 'content-type': request.headers['content-type'] ?? 'application/json' }
  try {
    const signal = AbortSignal.timeout(limitMs)
    const answer = await fetch(url, { method: 'POST', headers, body, signal })
    for (const name of ['content-type', 'retry-after']) {
      const value = answer.headers.get(name)
      if (value !== null) response.setHeader(name, value)
    }
    const text = await answer.arrayBuffer()
    response.writeHead(answer.status).end(Buffer.from(text))
  } catch (error) {
    const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException }
    const why = cause?.code ?? cause?.message ?? message
    const line = `${url} does not answer (${why}); see the terminal of make dev`
    response.writeHead(502, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ error: line }))
  }
}
