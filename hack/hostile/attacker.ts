import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { AttackName } from './attacks.ts'
import { type Caller, checkLoopback } from './caller.ts'

/** Hostile callers at work, in a thread of their own so that they slow no one who measures. */
export interface Attacker {
  /** Has them send nothing more; what is open stays open. Answers what they have sent. */
  cease(): Promise<Caller['sent']>
  /** Closes everything. */
  stop(): Promise<void>
}

/** What a thread is told at its start. */
export interface Order extends Pick<Caller, 'target' | 'protocol' | 'strength'> {
  name: AttackName
  limitMs: number
}

const ceaseLimitMs = 5_000

/** Starts an attack; it ceases by itself after `limitMs`. */
export function startAttack(order: Order): Attacker {
  checkLoopback(order.target.url)
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: order })
  const done = once(worker, 'message').then(
    ([sent]) => sent as Caller['sent'],
    (error: Error) => {
      throw new Error(`the attack ${order.name} failed: ${error.message}`)
    },
  )
  done.catch(() => {})
  return {
    async cease() {
      worker.postMessage('cease')
      return Promise.race([done, delay(ceaseLimitMs, {}, { ref: false })])
    },
    stop: async () => void (await worker.terminate()),
  }
}
