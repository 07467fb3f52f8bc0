import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2'

/** The open streams of all sessions of a server, up to a limit. */
export interface OpenStreams {
  /**
   * Adds a stream until it closes. Beyond the limit, the oldest stream of the session with the most
   * streams is destroyed; if that would be the stream's own session, nothing is added (false).
   */
  tryAdd(session: ServerHttp2Session, stream: ServerHttp2Stream): boolean
}

/** Creates the set: a stream whose answer is not received holds 12 KB, so `limit` bounds memory. */
export function createOpenStreams(limit: number): OpenStreams {
  const open = new Map<ServerHttp2Session, Set<ServerHttp2Stream>>()
  let count = 0

  function remove(session: ServerHttp2Session, stream: ServerHttp2Stream): void {
    const streams = open.get(session)
    if (!streams?.delete(stream)) return
    count -= 1
    if (streams.size === 0) open.delete(session)
  }

  /** Destroys the oldest stream of the session that has the most, if that has more than `least`. */
  function makeRoom(least: number): boolean {
    let most: [ServerHttp2Session, Set<ServerHttp2Stream>] | undefined
    for (const entry of open) if (entry[1].size > (most?.[1].size ?? least)) most = entry
    const [oldest] = most?.[1] ?? []
    if (!most || !oldest) return false
    remove(most[0], oldest)
    oldest.destroy()
    return true
  }

  return {
    tryAdd(session, stream) {
      const streams = open.get(session) ?? new Set()
      if (count >= limit && !makeRoom(streams.size + 1)) return false
      open.set(session, streams.add(stream))
      count += 1
      stream.once('close', () => remove(session, stream))
      return true
    },
  }
}
