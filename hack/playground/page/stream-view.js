import { showJson } from './call-view.js'
import { byId, icon, make, setText } from './dom.js'
import { pretty } from './json.js'

/** @import { StreamMessage } from './types.ts' */

const mostShown = 100

/**
 * The title of a message; its subject if it is no event of a CoinFlip.
 * @param {StreamMessage} message
 */
export function titleOf({ event, subject }) {
  const { data } = /** @type {{ data?: { name?: string, flip?: number } }} */ (event ?? {})
  return data?.name === undefined ? subject : `${data.name}, three tails at flip ${data.flip}`
}

/** The list of messages, the latest first. */
export function createStream() {
  const list = byId('messages', HTMLOListElement)
  const empty = byId('stream-empty', HTMLElement)
  const count = byId('stream-count', HTMLElement)
  let total = 0

  return {
    /** @param {StreamMessage} message */
    add(message) {
      total += 1
      const { sequence, subject, event } = message
      const body = make('section', { class: 'json', 'aria-label': `Message ${sequence}` })
      showJson(body, pretty(event))
      const summary = make('summary', {}, 'CloudEvent')
      const item = make(
        'li',
        { value: String(sequence) },
        make('h3', {}, icon('letter'), titleOf(message)),
        make('p', { class: 'facts subject' }, `${sequence} on ${subject}`),
        make('details', {}, summary, body),
      )
      list.prepend(item)
      while (list.children.length > mostShown) list.lastElementChild?.remove()
      empty.hidden = true
      setText(count, total > mostShown ? `${total}, the last ${mostShown} shown` : String(total))
      return total
    },
  }
}
