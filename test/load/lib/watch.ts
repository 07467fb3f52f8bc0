import { setTimeout as delay } from 'node:timers/promises'
import { residentMb } from '../../lib/process-stat.ts'
import type { Point } from './trend.ts'

/** What was observed of a service. */
export interface Observations {
  /** Resident memory in MB, by seconds since the start. */
  memory: Point[]
  /** The slowest response of each probe; infinite where one failed. */
  slowest: { livez: number; readyz: number }
}

async function probeMs(url: string, limitMs: number): Promise<number> {
  const from = performance.now()
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(limitMs) })
    await response.arrayBuffer()
    return response.ok ? performance.now() - from : Number.POSITIVE_INFINITY
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

/** Reads memory every `everyMs` and probes every second, as the kubelet would. */
export function watchService(
  { pid, adminUrl }: { pid: number; adminUrl: string },
  everyMs: number,
  probeLimitMs: number,
): { stop(): Promise<Observations> } {
  const start = performance.now()
  const observed: Observations = { memory: [], slowest: { livez: 0, readyz: 0 } }
  const { memory, slowest } = observed
  const stopping = new AbortController()
  const { signal } = stopping
  async function repeat(work: () => unknown, pauseMs: number): Promise<void> {
    while (!signal.aborted) {
      await work()
      await delay(pauseMs, undefined, { signal }).catch(() => {})
    }
  }
  const loops = [
    repeat(() => {
      memory.push({ at: (performance.now() - start) / 1000, value: residentMb(pid).now })
    }, everyMs),
    ...(['livez', 'readyz'] as const).map((name) =>
      repeat(async () => {
        const ms = await probeMs(`${adminUrl}/${name}`, probeLimitMs)
        slowest[name] = Math.max(slowest[name], ms)
      }, 1000),
    ),
  ]
  return {
    async stop() {
      stopping.abort()
      await Promise.all(loops)
      return observed
    },
  }
}
