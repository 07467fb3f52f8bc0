import { byId, setText } from './dom.js'

/** @import { BrokerState, Hello, StreamMessage } from './types.ts' */

/** @typedef {{ greet: (hello: Hello) => void, broker: (state: BrokerState) => void, message: (message: StreamMessage) => void }} FeedListener */

/**
 * Follows what the playground's server tells, and says when it is away.
 * @param {FeedListener} listener
 */
export function follow(listener) {
  const lost = byId('lost', HTMLElement)
  const source = new EventSource('/events')
  /** @param {string} name @param {(data: any) => void} hear */
  const on = (name, hear) =>
    source.addEventListener(name, ({ data }) => hear(JSON.parse(/** @type {string} */ (data))))
  source.addEventListener('open', () => setText(lost, ''))
  source.addEventListener('error', () =>
    setText(lost, 'The playground cannot be reached. Is make dev running? This page tries again.'),
  )
  on('hello', listener.greet)
  on('broker', ({ state }) => listener.broker(state))
  on('message', listener.message)
}
