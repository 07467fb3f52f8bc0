import { join } from 'node:path'
import pretty from 'pino-pretty'
import { announceNats } from '../coinflips/broker-access.ts'
import { runFolder } from '../kube/objects.ts'
import { type Broker, startBroker } from '../lib/broker.ts'
import { type Daemon, startDaemon } from '../lib/daemon.ts'
import { freePort } from '../lib/free-port.ts'
import { isOk } from '../lib/is-ok.ts'
import { findNatsServer } from '../lib/nats-server.ts'

/** Starts a NATS server that keeps its messages in `.run/nats`; `listen` finds it. */
export async function startHostBroker(): Promise<Broker> {
  const binary = await findNatsServer()
  const broker = await startBroker({ binary, dir: join(runFolder, 'nats') })
  await announceNats(broker.url)
  return broker
}

/** Plain http without credentials: the service listens on loopback only. */
const withoutAccess = {
  TLS_CERT_FILE: undefined,
  TLS_KEY_FILE: undefined,
  TLS_CLIENT_CA_FILE: undefined,
  AUTH_TOKEN_FILE: undefined,
}

/** Starts the service on loopback for a Metacontroller on this machine. */
export async function startHostService(natsUrl: string): Promise<Daemon & { url: string }> {
  const PORT = process.env.PORT || String(await freePort())
  const ADMIN_PORT = process.env.ADMIN_PORT || String(await freePort())
  const colorize = process.stdout.isTTY
  const log = pretty({ colorize, ignore: 'pid,hostname', translateTime: 'HH:MM:ss' })
  const own = { HOST: '127.0.0.1', PORT, ADMIN_PORT, NATS_URL: natsUrl, ...withoutAccess }
  const daemon = await startDaemon({
    name: 'the service',
    command: process.execPath,
    args: ['server/main.ts'],
    env: { ...process.env, ...own },
    isReady: () => isOk(`http://127.0.0.1:${ADMIN_PORT}/readyz`),
    onLine: (line) => void log.write(`${line}\n`),
  })
  return { ...daemon, url: `http://127.0.0.1:${PORT}` }
}
