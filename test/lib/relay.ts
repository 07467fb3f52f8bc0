import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Passes TCP connections on to local ports, and can cease to without closing any. */
export interface Relay {
  readonly port: number
  /**
   * Carries nothing more to that port, or back from it, as if packets were dropped: connections
   * stay, new ones are taken, and neither side is told. What was sent arrives upon `release`.
   */
  hold(target: number, way: 'to' | 'both'): void
  release(target: number): void
  /** Closes every connection to that port. */
  cut(target: number): void
  close(): Promise<void>
}

interface Link {
  target: number
  client: Socket
  server: Socket
}

/** Listens on a free loopback port; `pick` names the port that each new connection goes to. */
export async function startRelay(pick: () => number | undefined): Promise<Relay> {
  const links = new Set<Link>()
  const held = new Map<number, 'to' | 'both'>()

  function carry({ target, client, server }: Link): void {
    const way = held.get(target)
    const still = (from: Socket, to: Socket) => from.unpipe(to).pause()
    // Two pipes between the same two would carry everything twice.
    const flow = (from: Socket, to: Socket) => from.unpipe(to).pipe(to)
    if (way) still(client, server)
    else flow(client, server)
    if (way === 'both') still(server, client)
    else flow(server, client)
  }

  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const target = pick()
    if (target === undefined) {
      client.resetAndDestroy()
      return
    }
    const host = '127.0.0.1'
    const server = connect({ host, port: target, allowHalfOpen: true, noDelay: true })
    const link = { target, client, server }
    links.add(link)
    for (const [side, other] of [
      [client, server],
      [server, client],
    ] as const) {
      side.on('error', () => {})
      side.once('close', (hadError) => {
        links.delete(link)
        // A refused or reset connection is passed on as what it is.
        if (hadError) other.resetAndDestroy()
        else other.end()
      })
    }
    carry(link)
  })
  listener.listen({ host: '127.0.0.1', port: 0 })
  await once(listener, 'listening')

  const each = (target: number, act: (link: Link) => void) => {
    for (const link of [...links]) if (link.target === target) act(link)
  }
  const end = ({ client, server }: Link) => {
    client.destroy()
    server.destroy()
  }
  return {
    port: (listener.address() as AddressInfo).port,
    hold(target, way) {
      held.set(target, way)
      each(target, carry)
    },
    release(target) {
      held.delete(target)
      each(target, carry)
    },
    cut: (target) => each(target, end),
    async close() {
      listener.close()
      for (const link of [...links]) end(link)
    },
  }
}
