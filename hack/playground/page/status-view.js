import { conditionsOf, counts, formerCondition, formerCount, shownCount } from './changes.js'
import { byId, icon, make } from './dom.js'

/** @import { CoinFlipStatus, Condition, Entry } from './types.ts' */

/** @type {Record<string, string>} */
const signs = { True: 'check', False: 'cross', Unknown: 'circle' }

/** @param {string | undefined} was */
function former(was) {
  return was === undefined ? undefined : make('span', { class: 'was' }, `was ${was}`)
}

/** @param {string} text RFC 3339 */
function clock(text) {
  return make('time', { datetime: text }, new Date(text).toLocaleTimeString())
}

/** @param {Condition} condition @param {string | undefined} was */
function conditionItem(condition, was) {
  const { type, status, reason, message, lastTransitionTime } = condition
  const state = make('span', { class: `state ${status.toLowerCase()}` }, icon(signs[status] ?? ''))
  state.append(status)
  return make(
    'li',
    { class: was === undefined ? undefined : 'changed', 'data-type': type },
    make('h3', {}, type, ' ', state),
    make('code', {}, reason),
    make('p', {}, message),
    make('p', { class: 'facts' }, 'since ', clock(lastTransitionTime), ' ', former(was)),
  )
}

/** The status, with the former values of what changed. */
export function createStatus() {
  const list = byId('counts', HTMLDListElement)
  const conditions = byId('conditions', HTMLUListElement)
  /** @type {CoinFlipStatus | undefined} */
  let shown
  let shownUid = ''

  return {
    /** @param {Entry} entry */
    render({ object, before }) {
      const { status, metadata } = object
      if (status === shown && metadata.uid === shownUid) return
      // Selecting another object is no change.
      const flash = metadata.uid === shownUid
      for (const moving of [list, conditions]) moving.classList.toggle('moving', flash)
      shown = status
      shownUid = metadata.uid
      list.replaceChildren(
        ...counts.map(([field, label]) => {
          const was = formerCount(before, status, field)
          const value = make('dd', {}, make('b', {}, shownCount(status, field)), former(was))
          const changed = was === undefined ? undefined : 'changed'
          return make('div', { class: changed, 'data-field': field }, make('dt', {}, label), value)
        }),
      )
      conditions.replaceChildren(
        ...conditionsOf(status).map((condition) =>
          conditionItem(condition, formerCondition(before, condition)),
        ),
      )
    },
  }
}
