import { createCoin } from './coin-view.js'
import { byId, setText } from './dom.js'
import { abandonAnnotation, pausedAnnotation, whyNoFlip } from './object.js'
import { createStrip } from './strip.js'
import { failureOf, nextCall } from './wait.js'

/** @import { CoinFlipObject, Entry, Face } from './types.ts' */

/** @typedef {{ flip: (face: Face) => void, annotate: (key: string, on: boolean) => void, resync: () => void, remove: () => void }} TableActions */

/** @param {string} id */
const button = (id) => byId(id, HTMLButtonElement)
/** @param {string} id */
const checkbox = (id) => byId(id, HTMLInputElement)

/**
 * The selected CoinFlip: its coin, its history and its actions.
 * @param {TableActions} actions
 */
export function createTable(actions) {
  const coin = createCoin()
  const strip = createStrip()
  const annotations = { paused: pausedAnnotation, abandon: abandonAnnotation }
  /** @type {CoinFlipObject | undefined} */
  let shown
  /** @type {Entry | undefined} */
  let present

  button('flip').addEventListener('click', () =>
    actions.flip(Math.random() < 0.5 ? 'Heads' : 'Tails'),
  )
  button('heads').addEventListener('click', () => actions.flip('Heads'))
  button('tails').addEventListener('click', () => actions.flip('Tails'))
  button('resync').addEventListener('click', () => actions.resync())
  button('delete').addEventListener('click', () => actions.remove())
  for (const [id, key] of Object.entries(annotations))
    checkbox(id).addEventListener('change', () => actions.annotate(key, checkbox(id).checked))

  const tick = () => setText(byId('next-call', HTMLElement), nextCall(present?.wait, Date.now()))
  setInterval(tick, 250)

  return {
    /** @param {Entry} entry */
    render(entry) {
      present = entry
      tick()
      const { object, exchange } = entry
      const { metadata, spec } = object
      const deleting = metadata.deletionTimestamp !== undefined
      const refusal = whyNoFlip(object)
      const full = deleting ? undefined : refusal
      setText(byId('table-fault', HTMLElement), failureOf(exchange) ?? full ?? '')
      if (object === shown) return
      const same = shown?.metadata.uid === metadata.uid
      const fresh = same && shown?.spec.flips.length !== spec.flips.length
      shown = object
      setText(byId('table-title', HTMLElement), metadata.name)
      const state = deleting ? ', in deletion' : ''
      const facts = `${metadata.namespace}, generation ${metadata.generation}${state}`
      setText(byId('table-facts', HTMLElement), facts)
      for (const id of ['flip', 'heads', 'tails']) button(id).disabled = refusal !== undefined
      button('delete').setAttribute('aria-disabled', String(deleting))
      checkbox('paused').disabled = deleting
      for (const [id, key] of Object.entries(annotations))
        checkbox(id).checked = metadata.annotations?.[key] === 'true'
      coin.show(spec.flips.at(-1), fresh)
      strip.render(object, fresh)
    },
  }
}
