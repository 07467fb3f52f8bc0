import { readFile } from 'node:fs/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { readConfig } from '../../server/config.ts'
import { adviceFor } from '../../server/domain/conditions.ts'
import { connectionOptions } from '../../server/nats/options.ts'
import { ensureStream, jetstreamOptions, type StreamSettings } from '../../server/nats/stream.ts'
import type { ConfigIssue } from '../../server/nats/stream-config.ts'
import { natsSettings, streamSettings } from '../../server/options.ts'
import { natsUrlFile } from '../coinflips/broker-access.ts'
import { UserError } from '../lib/user-error.ts'

/** A NATS server as it was found from here. */
export type Broker =
  /** It cannot be reached from this machine, or nobody here knows where it is. */
  | { kind: 'unseen' }
  | { kind: 'away'; place: string; cause: string }
  | { kind: 'open'; place: string; version: string; stream: StreamLook }

/** What there is of the stream; `cause` in the words of the service. */
export type StreamLook =
  | { kind: 'present'; name: string; messages: number; issues: readonly ConfigIssue[] }
  | { kind: 'missing'; name: string }
  | { kind: 'unusable'; name: string; cause: string }

const lookLimitMs = 3_000

async function lookAtStream(
  connection: NatsConnection,
  settings: StreamSettings,
): Promise<StreamLook> {
  const { name } = settings
  const state = await ensureStream(connection, { ...settings, create: false }, lookLimitMs)
  if (state.kind === 'StreamMissing') return { kind: 'missing', name }
  if (state.kind !== 'present') return { kind: 'unusable', name, cause: adviceFor(state) }
  const manager = await jetstreamManager(connection, jetstreamOptions(settings, lookLimitMs))
  const { messages } = (await manager.streams.info(name)).state
  return { kind: 'present', name, messages, issues: state.issues }
}

/** Connects once as the settings of the service say, looks, and is gone. */
export async function lookAtBroker(place: string, env: NodeJS.ProcessEnv): Promise<Broker> {
  const config = readConfig(env)
  if ('fault' in config) throw new UserError(config.fault)
  const options = connectionOptions(natsSettings(config))
  let connection: NatsConnection
  try {
    connection = await connect({ ...options, name: 'coinflip-doctor', reconnect: false })
  } catch (error) {
    return { kind: 'away', place, cause: (error as Error).message }
  }
  try {
    const stream = await lookAtStream(connection, streamSettings(config))
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
