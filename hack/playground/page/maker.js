import { byId, setText } from './dom.js'
import { suggestName } from './object.js'

/** @import { createCluster } from './cluster.js' */

/**
 * The form that creates a CoinFlip.
 * @param {ReturnType<typeof createCluster>} cluster
 * @param {(uid: string) => void} onCreated
 */
export function createMaker(cluster, onCreated) {
  const name = byId('new-name', HTMLInputElement)
  const fault = byId('create-fault', HTMLElement)
  let suggested = ''

  function create() {
    const result = cluster.create(name.value.trim())
    const refusal = 'fault' in result ? result.fault : ''
    setText(fault, refusal)
    name.setAttribute('aria-invalid', String(refusal !== ''))
    if ('fault' in result) return
    name.value = ''
    suggested = ''
    onCreated(result.uid)
  }

  function suggest() {
    // Keeps what the user typed.
    if (name.value !== suggested) return
    suggested = suggestName(cluster.names())
    name.value = suggested
  }

  byId('create', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    create()
  })
  suggest()
  return { create, suggest, focus: () => name.focus() }
}
