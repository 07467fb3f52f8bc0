import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { AttackName } from './attacks.ts'
import { type Caller, checkLoopback } from './caller.ts'

/** What a thread gets at its start. */
export interface Order extends Pick<Caller, 'target' | 'protocol' | 'strength'> {
  name: AttackName
  /** Time after which it stops sending by itself. */
  limitMs: number
}

/** What a thread reports, first when it begins. */
export interface News {
  sent: Caller['sent']
  over: boolean
}

const ceaseLimitMs = 10_000

/**
 * Starts an attack in a thread of its own, so that it does not slow the measurement, and waits until
 * it has begun.
 */
export async function startAttack(order: Order) {
  checkLoopback(order.target.url)
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: order })
  const [begun, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let sent: News['sent'] = {}
  worker.on('message', (news: News) => {
    sent = news.sent
    begun.resolve()
    if (news.over) over.resolve()
  })
  worker.on('error', (error: Error) => {
    const failed = new Error(`the attack ${order.name} failed`, { cause: error })
    begun.reject(failed)
    over.reject(failed)
  })
  over.promise.catch(() => {})
  await begun.promise
  return {
    /** Counts of what was sent so far, by name. */
    sent: () => sent,
    /** Makes it stop sending; open connections stay open. */
    async cease() {
      worker.postMessage('cease')
      await Promise.race([over.promise, delay(ceaseLimitMs, undefined, { ref: false })])
    },
    /** Ends the thread with all connections. */
    stop: async () => void (await worker.terminate()),
  }
}
