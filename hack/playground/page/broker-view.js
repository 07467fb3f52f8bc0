import { announce, byId, icon, setText } from './dom.js'

/** @import { BrokerState } from './types.ts' */

/** @type {Record<BrokerState, { sign: string, words: string, action: string }>} */
const states = {
  running: { sign: 'check', words: 'It answers.', action: 'Stop nats-server' },
  stopping: { sign: 'clock', words: 'It is being stopped.', action: 'Stop nats-server' },
  away: { sign: 'cross', words: 'It is away.', action: 'Start nats-server' },
  starting: { sign: 'clock', words: 'It is being started.', action: 'Start nats-server' },
}

/** The state of the broker, and the button that stops or starts it. */
export function createBroker() {
  const lamp = byId('lamp', HTMLElement)
  const power = byId('power', HTMLButtonElement)
  const fault = byId('power-fault', HTMLElement)
  /** @type {BrokerState | undefined} */
  let shown

  power.addEventListener('click', async () => {
    // A disabled button would lose the focus.
    if (shown !== 'running' && shown !== 'away') return
    const command = shown === 'running' ? 'stop' : 'start'
    const response = await fetch(`/broker/${command}`, { method: 'POST' }).catch(() => undefined)
    const error = response?.ok ? '' : await response?.json().then(({ error }) => error)
    setText(fault, error ?? 'the playground cannot be reached; is make dev running?')
  })

  return {
    /** @param {BrokerState} state */
    show(state) {
      const { sign, words, action } = states[state]
      if (shown !== undefined && shown !== state) announce(`nats-server: ${words}`)
      shown = state
      lamp.dataset.state = state
      lamp.replaceChildren(icon(sign), words)
      setText(power, action)
      power.setAttribute('aria-disabled', String(state === 'stopping' || state === 'starting'))
    },
  }
}
