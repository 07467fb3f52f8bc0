import type { IncomingMessage, ServerResponse } from 'node:http'
import type { StreamMessage } from './watch-stream.ts'

/** The first event of a page: the addresses, and the id of this run. */
export interface Hello {
  /** Differs for each start, which has a new broker and stream. */
  run: string
  hooks: string
  broker: string
  stream: string
}

export type BrokerState = 'running' | 'away' | 'starting' | 'stopping'

/** Server-sent events to every open page. */
interface Feed {
  open(request: IncomingMessage, response: ServerResponse): void
  message(message: StreamMessage): void
  broker(state: BrokerState): void
}

function formatEvent(name: string, data: unknown, id?: number): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}

/** Creates a feed that keeps all messages, for pages that open or reconnect later. */
export function createFeed(hello: Hello): Feed {
  const pages = new Set<ServerResponse>()
  const messages: StreamMessage[] = []
  let state: BrokerState = 'away'
  const send = (text: string) => {
    for (const page of pages) page.write(text)
  }
  const formatMessage = (message: StreamMessage) =>
    formatEvent('message', message, message.sequence)

  return {
    open(request, response) {
      const last = Number(request.headers['last-event-id']) || 0
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(
        `retry: 500\n${formatEvent('hello', hello)}${formatEvent('broker', { state })}`,
      )
      for (const message of messages)
        if (message.sequence > last) response.write(formatMessage(message))
      pages.add(response)
      response.once('close', () => pages.delete(response))
    },
    message(message) {
      messages.push(message)
      send(formatMessage(message))
    },
    broker(now) {
      state = now
      send(formatEvent('broker', { state }))
    },
  }
}
