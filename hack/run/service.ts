import { join } from 'node:path'
import pretty from 'pino-pretty'
import { announceNats } from '../coinflips/broker-access.ts'
import { runFolder } from '../kube/objects.ts'
import { type Broker, startBroker } from '../lib/broker.ts'
import { findNatsServer } from '../lib/nats-server.ts'
import { type Service, startService } from '../lib/service.ts'

/** Starts a NATS server that keeps its messages in `.run/nats`; `listen` finds it. */
export async function startHostBroker(): Promise<Broker> {
  const binary = await findNatsServer()
  const broker = await startBroker({ binary, dir: join(runFolder, 'nats') })
  await announceNats(broker.url)
  return broker
}

/** Plain http without credentials: the service listens on loopback only. */
const withoutAccess = {
  HOST: '127.0.0.1',
  TLS_CERT_FILE: undefined,
  TLS_KEY_FILE: undefined,
  TLS_CLIENT_CA_FILE: undefined,
  AUTH_TOKEN_FILE: undefined,
}

/** Starts the service on loopback for a Metacontroller on this machine. */
export function startHostService(NATS_URL: string): Promise<Service> {
  const colorize = process.stdout.isTTY
  const log = pretty({ colorize, ignore: 'pid,hostname', translateTime: 'HH:MM:ss' })
  return startService({
    env: { ...process.env, NATS_URL, ...withoutAccess },
    onLine: (line) => void log.write(`${line}\n`),
  })
}
