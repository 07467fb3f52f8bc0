import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Something that lets connections through to a server, and counts them. */
export interface Counter {
  url: URL
  /** Connections that were made so far. */
  readonly made: number
  /** Those of them that are open now. */
  readonly open: number
  close(): Promise<void>
}

/** Listens on loopback in front of a server. */
export async function countConnections(target: URL): Promise<Counter> {
  let made = 0
  let open = 0
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    made++
    open++
    near.once('close', () => open--)
    const far = connect(Number(target.port), target.hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => sockets.delete(from))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: new URL(`${target.protocol}//127.0.0.1:${port}`),
    get made() {
      return made
    },
    get open() {
      return open
    },
    close: async () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
