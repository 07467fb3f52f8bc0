import { parentPort, workerData } from 'node:worker_threads'
import type { News, Order } from './attacker.ts'
import { attacks } from './attacks.ts'

const everyMs = 100

const { name, target, protocol, strength, limitMs } = workerData as Order
const stopping = new AbortController()
// The listener keeps this thread alive, and with it all open connections.
parentPort?.on('message', () => stopping.abort())
const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(limitMs)])
const sent: News['sent'] = {}
const report = (over: boolean) => parentPort?.postMessage({ sent, over } satisfies News)
report(false)
const timer = setInterval(report, everyMs, false)
await attacks[name].attack({ target, protocol, strength, signal, sent })
clearInterval(timer)
report(true)
