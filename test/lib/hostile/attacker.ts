import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { AttackName } from './attacks.ts'
import { type Caller, checkLoopback } from './caller.ts'

/** Hostile callers at work, in a thread of their own so that they slow no one who measures. */
export interface Attacker {
  /** What they have sent so far, by name. */
  readonly sent: Caller['sent']
  /** Has them send nothing more; what is open stays open. */
  cease(): Promise<void>
  /** Closes everything. */
  stop(): Promise<void>
}

/** What a thread is told at its start. */
export interface Order extends Pick<Caller, 'target' | 'protocol' | 'strength'> {
  name: AttackName
  /** It ceases by itself after that. */
  limitMs: number
}

/** What a thread tells, first when it begins. */
export interface News {
  sent: Caller['sent']
  over: boolean
}

const ceaseLimitMs = 10_000

/** Starts an attack, and resolves when it has begun. */
export async function startAttack(order: Order): Promise<Attacker> {
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
    get sent() {
      return sent
    },
    async cease() {
      worker.postMessage('cease')
      await Promise.race([over.promise, delay(ceaseLimitMs, undefined, { ref: false })])
    },
    stop: async () => void (await worker.terminate()),
  }
}
