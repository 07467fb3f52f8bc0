import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Forwards TCP connections to local ports, and can hold them without closing any. */
export type Relay = Awaited<ReturnType<typeof startRelay>>

interface Link {
  target: number
  client: Socket
  server: Socket
}

/** Listens on a free loopback port; `pick` names the port that each new connection goes to. */
export async function startRelay(pick: () => number | undefined) {
  let made = 0
  const links = new Set<Link>()
  const held = new Map<number, 'to' | 'both'>()

  function forward({ target, client, server }: Link): void {
    const way = held.get(target)
    const still = (from: Socket, to: Socket) => from.unpipe(to).pause()
    // Two pipes between the same sockets would send everything twice.
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
    made += 1
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
        // A refused or reset connection is reset on the other side as well.
        if (hadError) other.resetAndDestroy()
        else other.end()
      })
    }
    forward(link)
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
    /** Connections that were made so far. */
    made: () => made,
    /** Those of them that are open now. */
    open: () => links.size,
    /**
     * Forwards nothing to that port, or back from it, as if packets were dropped: connections stay
     * open and new ones are accepted. The data that was sent meanwhile arrives after `release`.
     */
    hold(target: number, way: 'to' | 'both') {
      held.set(target, way)
      each(target, forward)
    },
    release(target: number) {
      held.delete(target)
      each(target, forward)
    },
    /** Closes every connection to that port. */
    cut: (target: number) => each(target, end),
    async close() {
      listener.close()
      for (const link of [...links]) end(link)
    },
  }
}
