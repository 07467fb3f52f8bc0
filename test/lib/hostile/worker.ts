import { parentPort, workerData } from 'node:worker_threads'
import type { News, Order } from './attacker.ts'
import { attacks } from './attacks.ts'

const everyMs = 100

const { name, target, protocol, strength, limitMs } = workerData as Order
const told = new AbortController()
// Stays, so that what is open stays open until this thread is ended.
parentPort?.on('message', () => told.abort())
const signal = AbortSignal.any([told.signal, AbortSignal.timeout(limitMs)])
const sent: News['sent'] = {}
const tell = (over: boolean) => parentPort?.postMessage({ sent, over } satisfies News)
tell(false)
const timer = setInterval(tell, everyMs, false)
await attacks[name].attack({ target, protocol, strength, signal, sent })
clearInterval(timer)
tell(true)
