import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pretty from 'pino-pretty'
import { natsUrlFile } from '../coinflips/broker-access.ts'
import { runFolder } from '../kube/objects.ts'
import { type Broker, startBroker } from '../lib/broker.ts'
import { onExitRemove } from '../lib/exit.ts'
import { freePort } from '../lib/free-port.ts'
import { findNatsServer } from '../lib/nats-server.ts'
import { spin, warn } from '../lib/script.ts'
import { UserError } from '../lib/user-error.ts'
import { type Daemon, startDaemon } from './daemon.ts'

/** A NATS server of our own, whose messages outlive it in `.run/nats`; `listen` finds it. */
export async function startHostBroker(): Promise<Broker> {
  const binary = await spin('getting a NATS server', () => findNatsServer({ say: warn }))
  if (!binary) throw new UserError('run: without a NATS server: NATS_URL names one')
  const broker = await startBroker({ binary, dir: join(runFolder, 'nats') })
  onExitRemove(natsUrlFile)
  await writeFile(natsUrlFile, `${broker.url}\n`)
  return broker
}

/** On loopback over plain http, without what our CompositeController would have to show. */
const openToAll = {
  TLS_CERT_FILE: undefined,
  TLS_KEY_FILE: undefined,
  TLS_CLIENT_CA_FILE: undefined,
  AUTH_TOKEN_FILE: undefined,
}

/** The service on loopback, as Metacontroller on this machine calls it. */
export async function startHostService(natsUrl: string): Promise<Daemon & { url: string }> {
  const PORT = process.env.PORT || String(await freePort())
  const ADMIN_PORT = process.env.ADMIN_PORT || String(await freePort())
  const colorize = process.stdout.isTTY
  const log = pretty({ colorize, ignore: 'pid,hostname', translateTime: 'HH:MM:ss' })
  const own = { HOST: '127.0.0.1', PORT, ADMIN_PORT, NATS_URL: natsUrl, ...openToAll }
  const daemon = await startDaemon({
    name: 'the service',
    command: process.execPath,
    args: ['server/main.ts'],
    env: { ...process.env, ...own },
    readyUrl: `http://127.0.0.1:${ADMIN_PORT}/readyz`,
    onLine: (line) => void log.write(`${line}\n`),
  })
  return { ...daemon, url: `http://127.0.0.1:${PORT}` }
}
