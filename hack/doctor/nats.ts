import { readFile } from 'node:fs/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { readConfig } from '../../server/config.ts'
import { connectionOptions } from '../../server/nats/options.ts'
import { weaknessesOf } from '../../server/nats/stream.ts'
import { natsSettings } from '../../server/options.ts'
import { natsUrlFile } from '../cluster/broker-access.ts'
import { isStreamMissing } from '../cluster/notifications.ts'
import { Stop } from '../lib/stop.ts'

/** A NATS server as it was found from here. */
export type Broker =
  /** It cannot be reached from this machine, or nobody here knows where it is. */
  | { kind: 'unseen' }
  | { kind: 'away'; place: string; cause: string }
  | { kind: 'open'; place: string; version: string; stream: StreamLook }

/** What there is of the stream. */
export type StreamLook =
  | { kind: 'present'; name: string; messages: number; weaknesses: string[] }
  | { kind: 'missing'; name: string }
  | { kind: 'unknown'; name: string; cause: string }

const lookLimitMs = 3_000

async function lookAtStream(
  connection: NatsConnection,
  { stream: name, prefix }: { stream: string; prefix: string },
): Promise<StreamLook> {
  try {
    const manager = await jetstreamManager(connection, { timeout: lookLimitMs, checkAPI: false })
    const { config, state } = await manager.streams.info(name)
    const weaknesses = weaknessesOf(config, prefix, connection.info?.version ?? '0')
    return { kind: 'present', name, messages: state.messages, weaknesses }
  } catch (error) {
    if (isStreamMissing(error)) return { kind: 'missing', name }
    return { kind: 'unknown', name, cause: (error as Error).message }
  }
}

/** Connects once as the settings of the service say, looks, and is gone. */
export async function lookAtBroker(place: string, env: NodeJS.ProcessEnv): Promise<Broker> {
  const config = readConfig(env)
  if ('fault' in config) throw new Stop(config.fault)
  const options = connectionOptions(natsSettings(config))
  let connection: NatsConnection
  try {
    connection = await connect({ ...options, name: 'coinflip-doctor', reconnect: false })
  } catch (error) {
    return { kind: 'away', place, cause: (error as Error).message }
  }
  try {
    const names = { stream: config.NATS_STREAM, prefix: config.NATS_SUBJECT_PREFIX }
    const stream = await lookAtStream(connection, names)
    return { kind: 'open', place, version: connection.info?.version ?? 'unknown', stream }
  } finally {
    await connection.close()
  }
}

/** The broker of a service on this machine: of NATS_URL, or of a `run` without one. */
export async function lookAtHostBroker(env: NodeJS.ProcessEnv): Promise<Broker> {
  if (env.NATS_URL) return lookAtBroker('NATS_URL', env)
  const found = await readFile(natsUrlFile, 'utf8').catch(() => undefined)
  if (!found) return { kind: 'unseen' }
  return lookAtBroker('the NATS server on this machine', { ...env, NATS_URL: found.trim() })
}
