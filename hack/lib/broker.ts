import { mkdtempSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onExitRemove } from './exit.ts'
import { freePort } from './free-port.ts'
import { freeze } from './freeze.ts'
import { end, type Running, start } from './process.ts'
import { UserError } from './user-error.ts'

export interface BrokerOptions {
  /** Path of nats-server; see nats-server.ts. */
  binary: string
  /** Folder of the store and the configuration; without one a temporary folder. */
  dir?: string
  /** Without one a free port, the same for every restart. */
  port?: number
  /** More lines of nats-server configuration (authorization, limits, ...). */
  config?: string
  limitMs?: number
}

/** A nats-server with JetStream on loopback, in a process of its own. */
export interface Broker {
  readonly url: string
  readonly port: number
  readonly dir: string
  /** Of the present process; another one after a restart. */
  readonly pid: number
  /** SIGKILL: the process is gone, its store stays. */
  kill(): Promise<void>
  /** Starts it again on the same port and store, after a kill or in place of a running one. */
  restart(): Promise<void>
  /** Puts these in place of the lines of configuration that it was started with, as it runs. */
  configure(config: string): Promise<void>
  /** SIGSTOP: connections stay, nothing is answered from here on. */
  freeze(): void
  /** SIGCONT. */
  thaw(): void
  /** Ends it and removes the temporary folder. */
  stop(): Promise<void>
}

/** It accepts connections; the line comes after JetStream is up. */
const ready = 'Server is ready'
const reloaded = 'Reloaded server configuration'

/** Resolves when the server logs `text`. */
function logged(server: Running, text: string, limitMs: number): Promise<void> {
  const log: string[] = []
  return new Promise((resolve, reject) => {
    const fail = (what: string) => {
      clearTimeout(timer)
      const said = log.filter((line) => /\[(ERR|FTL)\]|^nats-server:/.test(line)).at(-1)
      reject(new UserError(`nats-server ${what}${said ? `: ${said}` : ''}`))
    }
    const late = `has not logged "${text}" after ${limitMs / 1000} s`
    const timer = setTimeout(() => fail(late), limitMs)
    server.child.stdout?.resume()
    if (server.child.stderr)
      createInterface(server.child.stderr).on('line', (line) => {
        if (log.length < 200) log.push(line)
        if (!line.includes(text)) return
        clearTimeout(timer)
        resolve()
      })
    server.ended.then(({ cause }) => fail(`ended (${cause})`))
  })
}

/** Starts a broker and resolves when it answers. */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { binary, config = '', limitMs = 10_000 } = options
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'coinflip-nats-'))
  // At once, and before the process is started, so that it happens after that was killed.
  const temporary = options.dir === undefined ? onExitRemove(dir) : undefined
  const port = options.port ?? (await freePort())
  const file = join(dir, 'nats.conf')
  await mkdir(dir, { recursive: true })
  const store = JSON.stringify(join(dir, 'store'))
  const listen = `host: 127.0.0.1\nport: ${port}\njetstream { store_dir: ${store} }`
  const write = (lines: string) => writeFile(file, `${listen}\n${lines}\n`)
  await write(config)

  const launch = async () => {
    const server = start(binary, ['--config', file], { env: process.env })
    try {
      await logged(server, ready, limitMs)
      return server
    } catch (error) {
      await end(server, 'SIGKILL')
      throw error
    }
  }
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
    kill: async () => void (await end(server, 'SIGKILL')),
    restart: async () => {
      await end(server, 'SIGKILL')
      server = await launch()
    },
    configure: async (lines) => {
      await write(lines)
      const done = logged(server, reloaded, limitMs)
      server.signal('SIGHUP')
      await done
    },
    freeze: () => freeze(server.pid),
    thaw: () => server.signal('SIGCONT'),
    stop: async () => {
      server.signal('SIGCONT')
      await end(server, 'SIGTERM')
      await clear()
    },
  }
}
