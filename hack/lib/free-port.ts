import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

// Below the ports that systems hand out for outgoing connections (Linux from 32768, macOS from
// 49152): a client that knocks at a closed port among those can end up connected to itself, and
// then keeps the server from coming back to its port.
const lowest = 20_000
const highest = 31_999
const host = '127.0.0.1'

/**
 * Finds a loopback port on which nothing listens. No other process gets it while this one runs, which
 * keeps the UDP port of the same number: without that, two servers of parallel tests got one port.
 * Throws when there is none from `from` to `to`.
 */
export async function freePort(from = lowest, to = highest): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = from + Math.floor(Math.random() * (to - from + 1))
    const reservation = createSocket('udp4')
    const server = createServer()
    try {
      reservation.bind({ address: host, port, exclusive: true })
      await once(reservation, 'listening')
      server.listen({ host, port, exclusive: true })
      await once(server, 'listening')
      reservation.unref()
      return port
    } catch {
      // In use: another one.
      reservation.close()
    } finally {
      server.close()
    }
  }
  throw new Error(`no free port on ${host} between ${from} and ${to}`)
}
