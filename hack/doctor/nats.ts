import { readFile } from 'node:fs/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { readConfig } from '../../server/config.ts'
import { explainPending } from '../../server/domain/conditions.ts'
import { buildConnectionOptions } from '../../server/nats/connection-options.ts'
import {
  buildJetStreamOptions,
  ensureStream,
  type StreamSettings,
} from '../../server/nats/stream.ts'
import type { ConfigIssue } from '../../server/nats/stream-config.ts'
import { pickNatsSettings, pickStreamSettings } from '../../server/settings.ts'
import { natsUrlFile } from '../coinflips/broker-access.ts'
import { UserError } from '../lib/user-error.ts'

/** A NATS server, as this machine sees it. */
export type Broker =
  /** Its address is not known here, or not reachable from here. */
  | { kind: 'unknown' }
  | { kind: 'unreachable'; place: string; cause: string }
  | { kind: 'connected'; place: string; version: string; stream: StreamState }

/** The state of the stream; `cause` is worded as in the conditions. */
export type StreamState =
  | { kind: 'present'; name: string; messages: number; issues: readonly ConfigIssue[] }
  | { kind: 'missing'; name: string }
  | { kind: 'unusable'; name: string; cause: string }

const inspectLimitMs = 3_000

async function inspectStream(
  connection: NatsConnection,
  settings: StreamSettings,
): Promise<StreamState> {
  const { name } = settings
  const state = await ensureStream(connection, { ...settings, create: false }, inspectLimitMs)
  if (state.kind === 'StreamMissing') return { kind: 'missing', name }
  if (state.kind !== 'present') return { kind: 'unusable', name, cause: explainPending(state) }
  const manager = await jetstreamManager(
    connection,
    buildJetStreamOptions(settings, inspectLimitMs),
  )
  const { messages } = (await manager.streams.info(name)).state
  return { kind: 'present', name, messages, issues: state.issues }
}

/** Connects once with the settings of the service and inspects the server and its stream. */
export async function inspectBroker(place: string, env: NodeJS.ProcessEnv): Promise<Broker> {
  const config = readConfig(env)
  if ('fault' in config) throw new UserError(config.fault)
  const options = buildConnectionOptions(pickNatsSettings(config))
  let connection: NatsConnection
  try {
    connection = await connect({ ...options, name: 'coinflip-doctor', reconnect: false })
  } catch (error) {
    return { kind: 'unreachable', place, cause: (error as Error).message }
  }
  try {
    const stream = await inspectStream(connection, pickStreamSettings(config))
    return { kind: 'connected', place, version: connection.info?.version ?? 'unknown', stream }
  } finally {
    await connection.close()
  }
}

/** Inspects the broker of a service on this machine: of NATS_URL, or of a `run` without it. */
export async function inspectHostBroker(env: NodeJS.ProcessEnv): Promise<Broker> {
  if (env.NATS_URL) return inspectBroker('NATS_URL', env)
  const found = await readFile(natsUrlFile, 'utf8').catch(() => undefined)
  if (!found) return { kind: 'unknown' }
  return inspectBroker('the NATS server on this machine', { ...env, NATS_URL: found.trim() })
}
