import { once } from 'node:events'
import { createServer } from 'node:net'

// Below the ports that systems hand out for outgoing connections (Linux from 32768, macOS from
// 49152): a client that knocks at a closed port among those can end up connected to itself, and
// then keeps the server from coming back to its port.
const lowest = 20_000
const highest = 31_999

/** A loopback port on which nothing listens. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest + 1))
    const server = createServer()
    try {
      server.listen({ host: '127.0.0.1', port, exclusive: true })
      await once(server, 'listening')
      return port
    } catch {
      // In use: another one.
    } finally {
      server.close()
    }
  }
  throw new Error(`no free port on 127.0.0.1 between ${lowest} and ${highest}`)
}
