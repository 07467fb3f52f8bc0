import { setTimeout as delay } from 'node:timers/promises'
import type { Broker } from '../../hack/lib/broker.ts'
import type { Call } from './calls.ts'

const retryMs = 20

/** POSTs a call with a new milestone of an object of this name, which is also its uid. */
export async function callWithMilestone(url: string, name: string, token = ''): Promise<Call> {
  const metadata = { namespace: 'default', name, uid: name }
  const sent = { parent: { metadata, spec: { flips: ['Tails', 'Tails', 'Tails'] } } }
  const response = await fetch(`${url}/sync`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(sent),
    signal: AbortSignal.timeout(10_000),
  })
  const { status } = response
  const text = await response.text()
  return { method: 'POST', path: '/sync', sent, status, answer: text && JSON.parse(text) }
}

/**
 * Occupies the only call that the service admits: makes one call after the other, each with a new
 * milestone while nats-server is stopped, so that its hook runs for as long as it may publish. The
 * returned function ends that, and answers the calls.
 */
export function occupyCall(url: string, broker: Broker): () => Promise<Call[]> {
  const calls: Call[] = []
  let isOccupying = true
  const ended = (async () => {
    for (let i = 0; isOccupying; i++) {
      broker.freeze()
      try {
        calls.push(await callWithMilestone(url, `occupied-${i}`))
      } finally {
        broker.thaw()
      }
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
