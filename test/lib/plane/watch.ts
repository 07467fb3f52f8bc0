import { setTimeout as delay } from 'node:timers/promises'
import type { CoinFlip } from '../../../server/domain/coinflip.ts'
import { type CoinFlips, type ObservedCoinFlip, observedFrom } from './coinflips.ts'

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
 * Calls `tell` for every change until it is stopped. It lists again after a restart of the API
 * server, so that changes in between may arrive as one.
 */
export function watch(
  coinFlips: CoinFlips,
  tell: (object: ObservedCoinFlip, gone: boolean) => void,
): () => void {
  const known = new Map<string, ObservedCoinFlip>()
  let stopped = false

  function see(object: ObservedCoinFlip, gone: boolean): void {
    if (gone) known.delete(object.uid)
    else known.set(object.uid, object)
    tell(object, gone)
  }
  async function listAndFollow(): Promise<void> {
    const now = await listAll(coinFlips)
    if (!now) return
    const present = new Set(now.objects.map(({ uid }) => uid))
    for (const object of [...known.values()]) if (!present.has(object.uid)) see(object, true)
    for (const object of now.objects) see(object, false)
    await coinFlips.follow(now.version, ({ type, object }) => {
      if (type === 'ADDED' || type === 'MODIFIED') see(observedFrom(object), false)
      if (type === 'DELETED') see(observedFrom(object), true)
    })
  }
  void (async () => {
    while (!stopped) {
      await listAndFollow()
      if (!stopped) await delay(retryMs)
    }
  })()
  return () => {
    stopped = true
  }
}
