import { setTimeout as delay } from 'node:timers/promises'
import type { CoinFlip } from '../../../server/domain/coinflip.ts'
import type { Seen } from '../../lib/plane/coinflips.ts'
import { type CoinFlips, seenOf } from '../../lib/plane/coinflips.ts'

const retryMs = 200

/** All CoinFlips as they are now, and the version from which on changes can be followed. */
export async function listAll(
  coinFlips: CoinFlips,
): Promise<{ objects: Seen[]; version: string } | undefined> {
  const { code, body } = await coinFlips.send('GET', '')
  if (code !== 200) return undefined
  const objects = (body.items as CoinFlip[]).map(seenOf)
  return { objects, version: body.metadata.resourceVersion }
}

/**
 * Tells of every change until `stop`; through the ends of the API server by listing anew, so that
 * changes in between may be told of as one.
 */
export function watch(
  coinFlips: CoinFlips,
  tell: (object: Seen, gone: boolean) => void,
): { stop(): void } {
  const known = new Map<string, Seen>()
  let stopped = false

  function see(object: Seen, gone: boolean): void {
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
          if (type === 'ADDED' || type === 'MODIFIED') see(seenOf(object), false)
          if (type === 'DELETED') see(seenOf(object), true)
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
