import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { callMixed, type Mixed } from './mix.ts'
import type { Tried } from './stand.ts'

/** In JSON nothing else takes so few bytes for so much memory: 3 for 64. */
const dense = '{},'
const bodyBytes = 4_000_000

/** Writes a call with a new milestone whose body is as large, once parsed, as can be. */
function writeHostile(dir: string, milestone: string): string {
  const call = readFileSync(milestone, 'utf8')
  const filler = dense.repeat((bodyBytes - call.length) / dense.length)
  const path = join(dir, 'hostile.json')
  writeFileSync(path, call.replace('{', `{"filler":[${filler}{}],`))
  return path
}

/**
 * Calls with such bodies while nats-server stands still, so that each call is held for as long as
 * it may publish. Resolves when it runs again and the service is connected.
 */
export async function callHostile(tried: Tried, seconds: number): Promise<Mixed> {
  const { stand, caller, bodies } = tried
  const hostile = writeHostile(stand.dir, bodies.milestone)
  stand.broker.freeze()
  try {
    return await callMixed(caller, { parts: [[hostile, 1]], seconds, inFlight: 16 })
  } finally {
    stand.broker.thaw()
  }
}

/** Whether a new milestone is stored again within a time. */
export async function heals({ caller, bodies }: Tried, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs
  while (performance.now() < deadline) {
    const parts = [[bodies.milestone, 1]] as const
    const { statuses } = await callMixed(caller, { parts, seconds: 0.2, inFlight: 1 })
    if (statuses['200']) return true
    await delay(100)
  }
  return false
}
