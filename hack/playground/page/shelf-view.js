import { conditionOf } from './changes.js'
import { byId, icon, make } from './dom.js'

/** @import { Entry } from './types.ts' */

/**
 * The state of an object as an icon and words.
 * @param {Entry} entry
 */
export function stateOf({ object, exchange }) {
  if (exchange?.outcome.kind === 'failed') return { sign: 'cross', words: 'call failed' }
  if (object.metadata.deletionTimestamp) return { sign: 'bin', words: 'in deletion' }
  const ready = conditionOf(object.status, 'Ready')
  if (!ready) return { sign: 'clock', words: 'new' }
  if (ready.status === 'True') return { sign: 'check', words: 'ready' }
  return ready.reason === 'Paused'
    ? { sign: 'pause', words: 'paused' }
    : { sign: 'clock', words: 'pending' }
}

/**
 * The list of CoinFlips.
 * @param {(uid: string) => void} choose
 */
export function createShelf(choose) {
  const list = byId('shelf', HTMLUListElement)
  /** @type {Map<string, HTMLButtonElement>} */
  const buttons = new Map()

  return {
    /**
     * Focuses an object's button, if it is there.
     * @param {string | undefined} uid
     */
    focus(uid) {
      const button = uid === undefined ? undefined : buttons.get(uid)
      button?.focus()
      return button !== undefined
    },
    /** @param {readonly (readonly [string, Entry | undefined])[]} entries @param {string | undefined} selected */
    render(entries, selected) {
      for (const [uid, button] of buttons) {
        if (entries.some(([other]) => other === uid)) continue
        button.parentElement?.remove()
        buttons.delete(uid)
      }
      for (const [uid, entry] of entries) {
        if (!entry) continue
        let button = buttons.get(uid)
        if (!button) {
          button = make('button', { type: 'button' })
          button.addEventListener('click', () => choose(uid))
          buttons.set(uid, button)
          list.append(make('li', {}, button))
        }
        const { sign, words } = stateOf(entry)
        if (button.dataset.state !== words) {
          const { name } = entry.object.metadata
          Object.assign(button.dataset, { state: words, sign })
          button.replaceChildren(icon(sign), make('b', {}, name), ' ', make('span', {}, words))
        }
        if (uid === selected) button.setAttribute('aria-current', 'true')
        else button.removeAttribute('aria-current')
      }
    },
  }
}
