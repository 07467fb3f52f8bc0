import { setTimeout as delay } from 'node:timers/promises'
import { isOk } from '../../../hack/lib/is-ok.ts'
import { residentMb } from '../../lib/process-stat.ts'
import type { Point } from './trend.ts'

/** Reads memory every `everyMs` and probes every second, as the kubelet would, until it is stopped. */
export function watchService(
  { pid, adminUrl }: { pid: number; adminUrl: string },
  everyMs: number,
  probeLimitMs: number,
) {
  const start = performance.now()
  /** Resident memory in MB, by seconds since the start. */
  const memory: Point[] = []
  /** The slowest response of each probe in milliseconds; infinite where one failed. */
  const slowest = { livez: 0, readyz: 0 }
  const stopping = new AbortController()
  const { signal } = stopping
  async function repeat(work: () => unknown, pauseMs: number): Promise<void> {
    while (!signal.aborted) {
      await work()
      await delay(pauseMs, undefined, { signal }).catch(() => {})
    }
  }
  const readMemory = () =>
    memory.push({ at: (performance.now() - start) / 1000, value: residentMb(pid).now })
  const probe = (name: keyof typeof slowest) => async () => {
    const from = performance.now()
    const isAnswered = await isOk(`${adminUrl}/${name}`, probeLimitMs)
    const ms = isAnswered ? performance.now() - from : Number.POSITIVE_INFINITY
    slowest[name] = Math.max(slowest[name], ms)
  }
  const loops = [
    repeat(readMemory, everyMs),
    repeat(probe('livez'), 1000),
    repeat(probe('readyz'), 1000),
  ]
  return async () => {
    stopping.abort()
    await Promise.all(loops)
    return { memory, slowest }
  }
}
