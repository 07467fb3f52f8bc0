import { setTimeout as delay } from 'node:timers/promises'
import { residentMb } from '../../lib/process-stat.ts'
import type { Point } from './trend.ts'

/** What was seen of a service while it was watched. */
export interface Seen {
  /** Resident memory in MB, by seconds since the start. */
  memory: Point[]
  /** Longest answers of the probes; those that failed count as endless. */
  slowest: { livez: number; readyz: number }
}

export interface Watch {
  readonly seen: Seen
  stop(): Promise<Seen>
}

async function answerMs(url: string, limitMs: number): Promise<number> {
  const from = performance.now()
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(limitMs) })
    await response.arrayBuffer()
    return response.ok ? performance.now() - from : Number.POSITIVE_INFINITY
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

/** Reads memory every `everyMs` and asks the probes every second, as the kubelet would. */
export function watchService(
  { pid, adminUrl }: { pid: number; adminUrl: string },
  everyMs: number,
  probeLimitMs: number,
): Watch {
  const start = performance.now()
  const seen: Seen = { memory: [], slowest: { livez: 0, readyz: 0 } }
  const over = new AbortController()
  const { signal } = over
  async function repeat(work: () => unknown, pauseMs: number): Promise<void> {
    while (!signal.aborted) {
      await work()
      await delay(pauseMs, undefined, { signal }).catch(() => {})
    }
  }
  const memory = repeat(
    () => seen.memory.push({ at: (performance.now() - start) / 1000, value: residentMb(pid).now }),
    everyMs,
  )
  const probes = (['livez', 'readyz'] as const).map((name) =>
    repeat(async () => {
      const ms = await answerMs(`${adminUrl}/${name}`, probeLimitMs)
      seen.slowest[name] = Math.max(seen.slowest[name], ms)
    }, 1000),
  )
  return {
    seen,
    async stop() {
      over.abort()
      await Promise.all([memory, ...probes])
      return seen
    },
  }
}
