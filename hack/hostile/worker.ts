import { parentPort, workerData } from 'node:worker_threads'
import type { Order } from './attacker.ts'
import { attacks } from './attacks.ts'

const { name, target, protocol, strength, limitMs } = workerData as Order
const told = new AbortController()
// Stays, so that what is open stays open until this thread is ended.
parentPort?.on('message', () => told.abort())
const signal = AbortSignal.any([told.signal, AbortSignal.timeout(limitMs)])
const sent: Record<string, number> = {}
await attacks[name].attack({ target, protocol, strength, signal, sent })
parentPort?.postMessage(sent)
