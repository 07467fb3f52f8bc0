import type { Server, Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { createShare } from './share.ts'

/**
 * Most connections of one port. Measured: one of HTTP/2 over TLS takes 67 KB, one of plain HTTP/1.1
 * 15 KB, so all of both ports take about 80 MB.
 */
export const maxConnections = 1_024

/** Connections that an address may have, however many others have. */
const reservedConnections = 8

/** The open connections of each server that is limited. */
const limited = new WeakMap<Server, ReadonlySet<Socket>>()

/**
 * Closes new connections beyond `limit`, which addresses share: a pod that opens many cannot keep out
 * the others. Returns the set of open connections. A server that is limited already stays so.
 */
export function limitConnections(server: Server, limit = maxConnections): ReadonlySet<Socket> {
  const before = limited.get(server)
  if (before) return before
  const share = createShare(limit, reservedConnections)
  const sockets = new Set<Socket>()
  limited.set(server, sockets)
  server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket
    if (!share.tryTake(remoteAddress)) {
      socket.destroy()
      return
    }
    sockets.add(socket)
    socket.once('close', () => {
      share.release(remoteAddress)
      sockets.delete(socket)
    })
  })
  return sockets
}

/** Under steady calls Go uses each of the connections that it keeps within this time. */
const drainMs = 1_000
/** How long an answer may take to be sent after its hook has settled and the server closes. */
const graceMs = 1_000

/**
 * Before a server closes, gives its clients time to disconnect, which the answers ask them to do.
 * Closing a connection that is idle at the moment, as closing the server does, fails a call that is
 * on its way: 2 of 44,000 calls in 3 rollouts. Connections that are still open `graceMs` after the
 * last call has ended are destroyed: Node would wait without a limit for a connection on which
 * nothing, or half a request, has arrived.
 */
export async function drainConnections(
  sockets: ReadonlySet<Socket>,
  callsInFlight: () => number,
): Promise<void> {
  const deadline = performance.now() + drainMs
  while (sockets.size > 0 && performance.now() < deadline) await delay(20)
  void destroyConnections(sockets, callsInFlight)
}

async function destroyConnections(
  sockets: ReadonlySet<Socket>,
  callsInFlight: () => number,
): Promise<void> {
  while (callsInFlight() > 0) await delay(20)
  if (sockets.size > 0) await delay(graceMs, undefined, { ref: false })
  for (const socket of sockets) socket.destroy()
}
