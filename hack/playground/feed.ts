import type { IncomingMessage, ServerResponse } from 'node:http'
import type { StreamMessage } from './stream.ts'

/** What a page is told as it opens: where the real things are, and which run this is. */
export interface Hello {
  /** Another one for each start: the broker and its stream begin anew with it. */
  run: string
  hooks: string
  broker: string
  stream: string
}

export type BrokerState = 'running' | 'away' | 'starting' | 'stopping'

/** Server-sent events to every page that is open. */
export interface Feed {
  open(request: IncomingMessage, response: ServerResponse): void
  message(message: StreamMessage): void
  broker(state: BrokerState): void
}

function frame(name: string, data: unknown, id?: number): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}

/** A feed that keeps all messages, so that a page opened or back later gets what it lacks. */
export function createFeed(hello: Hello): Feed {
  const pages = new Set<ServerResponse>()
  const messages: StreamMessage[] = []
  let state: BrokerState = 'away'
  const tell = (text: string) => {
    for (const page of pages) page.write(text)
  }
  const messageFrame = (message: StreamMessage) => frame('message', message, message.sequence)

  return {
    open(request, response) {
      const last = Number(request.headers['last-event-id']) || 0
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`retry: 500\n${frame('hello', hello)}${frame('broker', { state })}`)
      for (const message of messages)
        if (message.sequence > last) response.write(messageFrame(message))
      pages.add(response)
      response.once('close', () => pages.delete(response))
    },
    message(message) {
      messages.push(message)
      tell(messageFrame(message))
    },
    broker(now) {
      state = now
      tell(frame('broker', { state }))
    },
  }
}
