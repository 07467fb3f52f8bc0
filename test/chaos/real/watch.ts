import { setTimeout as delay } from 'node:timers/promises'
import type { CoinFlip } from '../../../server/domain/coinflip.ts'
import type { ObservedCoinFlip } from '../../lib/plane/coinflips.ts'
import { type CoinFlips, observedFrom } from '../../lib/plane/coinflips.ts'

const retryMs = 200

/** All CoinFlips as they are now, and the resource version from which a watch can start. */
export async function listAll(
  coinFlips: CoinFlips,
): Promise<{ objects: ObservedCoinFlip[]; version: string } | undefined> {
  const { code, body } = await coinFlips.send('GET', '')
  if (code !== 200) return undefined
  const objects = (body.items as CoinFlip[]).map(observedFrom)
  return { objects, version: body.metadata.resourceVersion }
}

/**
 * Calls `tell` for every change until `stop`. It lists again after a restart of the API server, so
 * that changes in between may arrive as one.
 */
export function watch(
  coinFlips: CoinFlips,
  tell: (object: ObservedCoinFlip, gone: boolean) => void,
): { stop(): void } {
  const known = new Map<string, ObservedCoinFlip>()
  let stopped = false

  function see(object: ObservedCoinFlip, gone: boolean): void {
    if (gone) known.delete(object.uid)
    else known.set(object.uid, object)
    tell(object, gone)
  }
  async function follow(): Promise<void> {
    while (!stopped) {
      const now = await listAll(coinFlips)
      if (now) {
        const present = new Set(now.objects.map(({ uid }) => uid))
        for (const object of [...known.values()]) if (!present.has(object.uid)) see(object, true)
        for (const object of now.objects) see(object, false)
        await coinFlips.follow(now.version, ({ type, object }) => {
          if (type === 'ADDED' || type === 'MODIFIED') see(observedFrom(object), false)
          if (type === 'DELETED') see(observedFrom(object), true)
        })
      }
      if (!stopped) await delay(retryMs)
    }
  }
  void follow()
  return {
    stop() {
      stopped = true
    },
  }
}
