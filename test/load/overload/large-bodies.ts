import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { poll } from '../../../hack/lib/wait-for.ts'
import { type CallResults, sendCalls } from '../../lib/load/caller.ts'
import type { SystemUnderTest } from '../lib/system-under-test.ts'

/** Empty objects take the most memory for their bytes of JSON: 64 for 3. */
const dense = '{},'
const bodyBytes = 4_000_000

/** Writes a call with a new milestone whose parsed body takes as much memory as 4 MB can. */
function writeLargeBody(dir: string, milestone: string): string {
  const call = readFileSync(milestone, 'utf8')
  const filler = dense.repeat((bodyBytes - call.length) / dense.length)
  const path = join(dir, 'large-when-parsed.json')
  writeFileSync(path, call.replace('{', `{"filler":[${filler}{}],`))
  return path
}

/**
 * Calls with such bodies while nats-server is stopped by SIGSTOP, so that the service holds each
 * call for as long as it may publish. nats-server runs again at the end.
 */
export async function callWithLargeBodies(
  { environment, caller, bodies }: SystemUnderTest,
  seconds: number,
): Promise<CallResults> {
  const { dir, broker } = environment
  const body = writeLargeBody(dir, bodies.milestone)
  broker.freeze()
  try {
    return await sendCalls(caller, {
      parts: [[body, 1]],
      seconds,
      workers: 16,
      idleConnections: 16,
    })
  } finally {
    broker.thaw()
  }
}

/** Whether the service stores a new milestone again within a time. */
export function recovers({ caller, bodies }: SystemUnderTest, limitMs: number): Promise<boolean> {
  const parts = [[bodies.milestone, 1]] as const
  return poll(
    async () => {
      const { admitted } = await sendCalls(caller, { parts, seconds: 0.2, workers: 1 })
      return admitted.calls > 0
    },
    { timeoutMs: limitMs },
  )
}
