import { mkdtempSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Daemon, startDaemon } from './daemon.ts'
import { onExitRemove } from './exit.ts'
import { freePort } from './free-port.ts'
import { freeze } from './freeze.ts'

export interface BrokerOptions {
  /** Path of nats-server, as findNatsServer returns it. */
  binary: string
  /** Folder of the store and the configuration; a temporary one by default. */
  dir?: string
  /** A free one by default, which every restart keeps. */
  port?: number
  /** Additional lines of nats-server configuration (authorization, limits, ...). */
  config?: string
  limitMs?: number
}

/** A nats-server with JetStream on loopback, in its own process. */
export interface Broker {
  readonly url: string
  readonly port: number
  readonly dir: string
  /** Of the current process; changes with a restart. */
  readonly pid: number
  /** Sends SIGKILL; the store stays. */
  kill(): Promise<void>
  /** Starts it again on the same port and store; kills a running one first. */
  restart(): Promise<void>
  /** Replaces the additional lines of configuration and has the running server reload. */
  configure(config: string): Promise<void>
  /** Sends SIGSTOP: connections stay open, nothing is answered. */
  freeze(): void
  /** Sends SIGCONT. */
  thaw(): void
  /** Ends it and removes the temporary folder. */
  stop(): Promise<void>
}

const reloadsOf = ({ lines }: Daemon) =>
  lines.filter((line) => line.includes('Reloaded server configuration'))

/** Starts a broker and resolves once it accepts connections. */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { binary, config = '', limitMs = 10_000 } = options
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'coinflip-nats-'))
  // Registered before the process is started, so that it runs after that was killed.
  const temporary = options.dir === undefined ? onExitRemove(dir) : undefined
  const port = options.port ?? (await freePort())
  const file = join(dir, 'nats.conf')
  await mkdir(dir, { recursive: true })
  const store = JSON.stringify(join(dir, 'store'))
  const listen = `host: 127.0.0.1\nport: ${port}\njetstream { store_dir: ${store} }`
  const write = (lines: string) => writeFile(file, `${listen}\n${lines}\n`)
  await write(config)

  const launch = () =>
    startDaemon({
      name: 'nats-server',
      command: binary,
      args: ['--config', file],
      // Logged once JetStream is up and it accepts connections.
      isReady: (lines) => lines.some((line) => line.includes('Server is ready')),
      timeoutMs: limitMs,
    })
  const clear = async () => {
    if (temporary) await rm(dir, { recursive: true, force: true })
    temporary?.()
  }
  let server = await launch().catch(async (error) => {
    await clear()
    throw error
  })
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    dir,
    get pid() {
      return server.pid
    },
    kill: async () => void (await server.kill()),
    restart: async () => {
      await server.kill()
      server = await launch()
    },
    configure: async (lines) => {
      await write(lines)
      const { length: reloads } = reloadsOf(server)
      server.signal('SIGHUP')
      await server.until(() => reloadsOf(server).length > reloads, limitMs)
    },
    freeze: () => freeze(server.pid),
    thaw: () => server.signal('SIGCONT'),
    stop: async () => {
      server.signal('SIGCONT')
      await server.stop()
      await clear()
    },
  }
}
