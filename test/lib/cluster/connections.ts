import { startRelay } from '../relay.ts'

/** A relay to a server that counts its connections. */
export interface ConnectionCounter {
  url: URL
  /** Connections that were made so far. */
  readonly made: number
  /** Those of them that are open now. */
  readonly open: number
  close(): Promise<void>
}

/** Listens on loopback in front of a server. */
export async function countConnections(target: URL): Promise<ConnectionCounter> {
  let made = 0
  const relay = await startRelay(() => {
    made += 1
    return Number(target.port)
  })
  return {
    url: new URL(`${target.protocol}//127.0.0.1:${relay.port}`),
    get made() {
      return made
    },
    get open() {
      return relay.open
    },
    close: relay.close,
  }
}
