import { byId, setText } from './dom.js'

/** @import { BrokerState, Hello, StreamMessage } from './types.ts' */

/** @typedef {{ greet: (hello: Hello) => void, broker: (state: BrokerState) => void, message: (message: StreamMessage) => void }} FeedListener */

/**
 * Receives the events of the playground's server, and says when it is unreachable.
 * @param {FeedListener} listener
 */
export function follow(listener) {
  const lost = byId('lost', HTMLElement)
  const source = new EventSource('/events')
  /** @param {string} name @param {(data: any) => void} handle */
  const on = (name, handle) =>
    source.addEventListener(name, ({ data }) => handle(JSON.parse(/** @type {string} */ (data))))
  source.addEventListener('open', () => setText(lost, ''))
  source.addEventListener('error', () =>
    setText(lost, 'The playground cannot be reached. Is make dev running? This page tries again.'),
  )
  on('hello', listener.greet)
  on('broker', ({ state }) => listener.broker(state))
  on('message', listener.message)
}
