import { setTimeout as delay } from 'node:timers/promises'
import type { Broker } from '../../hack/lib/broker.ts'
import type { Call } from './calls.ts'

const retryMs = 20

/**
 * Occupies the only call that the service admits: makes one call after the other, each with a new
 * milestone while nats-server is stopped, so that its hook runs for as long as it may publish. The
 * returned function ends that, and answers the calls that were admitted.
 */
export function occupyCall(url: string, broker: Broker): () => Promise<Call[]> {
  const calls: Call[] = []
  let isOccupying = true
  async function callOnce(uid: string): Promise<void> {
    const metadata = { namespace: 'occupied', name: 'occupied', uid }
    const sent = { parent: { metadata, spec: { flips: ['Tails', 'Tails', 'Tails'] } } }
    broker.freeze()
    try {
      const response = await fetch(`${url}/sync`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(sent),
      })
      const text = await response.text()
      const { status } = response
      if (status === 200)
        calls.push({ method: 'POST', path: '/sync', sent, status, answer: JSON.parse(text) })
    } finally {
      broker.thaw()
    }
  }
  const ended = (async () => {
    for (let i = 0; isOccupying; i++) {
      await callOnce(`occupied-${i}`)
      // The next call may find that a call of schemathesis was faster.
      await delay(retryMs)
    }
  })()
  // Whoever ends it still gets the error.
  ended.catch(() => {})
  return async () => {
    isOccupying = false
    await ended
    return calls
  }
}
