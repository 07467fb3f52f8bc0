import type { Server, Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { createShare } from './share.ts'

/**
 * Most connections of one port. Measured: one of HTTP/2 over TLS takes 67 KB, one of plain HTTP/1.1
 * 15 KB, so all of both ports take about 80 MB.
 */
export const maxConnections = 1_024

/** What an address may have whatever others do. */
const reservedConnections = 8

/**
 * Closes connections beyond `limit` as they arrive, shared between addresses: one pod that opens many
 * cannot keep out the others. Answers the set of those that are open.
 */
export function limitConnections(server: Server, limit = maxConnections): ReadonlySet<Socket> {
  const share = createShare(limit, reservedConnections)
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket
    if (!share.tryTake(remoteAddress)) {
      socket.destroy()
      return
    }
    sockets.add(socket)
    socket.once('close', () => {
      share.give(remoteAddress)
      sockets.delete(socket)
    })
  })
  return sockets
}

/** Under steady calls each of the connections that Go keeps has its turn within that. */
const drainMs = 1_000
/** How long an answer may take to be sent once its hook has settled and the server closes. */
const graceMs = 1_000

/**
 * Before a server closes: gives its clients time to disconnect, told so by the answers that they
 * get. To close a connection that is idle just now fails the call that is on its way there, which
 * is what closing the server does: 2 of 44,000 calls in 3 rollouts. Afterwards, `graceMs` after no
 * call is in flight any more, what is still open is destroyed: Node would wait for a connection on
 * which nothing ever came, or half a request, for as long as its client likes.
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
