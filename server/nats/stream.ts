import {
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  type NatsConnection,
} from './client.ts'
import type { PublishFailure } from './message.ts'
import { interpretError } from './outcome.ts'
import { type ConfigIssue, findConfigIssues, type MessageShape } from './stream-config.ts'

/** A stream, and what is published to it. */
export interface StreamSettings extends MessageShape {
  name: string
  /** Whether it is created where it is missing, with all subjects below the prefix. */
  create: boolean
  /** Replicas of a created stream. */
  replicas: number
  /** The JetStream domain of the stream; undefined for that of the connected server. */
  domain?: string | undefined
}

/** The stream is there, with the issues that break exactly-once; or it cannot be used, and why. */
export type StreamState =
  | { kind: 'present'; issues: ConfigIssue[]; created: boolean }
  | PublishFailure

/** Builds the options of the client's JetStream with which it reaches the domain of the stream. */
export function buildJetStreamOptions(
  { domain }: Pick<StreamSettings, 'domain'>,
  timeoutMs: number,
) {
  const apiPrefix = domain === undefined ? '$JS.API' : `$JS.${domain}.API`
  return { timeout: timeoutMs, checkAPI: false, apiPrefix }
}

async function createStream(manager: JetStreamManager, settings: StreamSettings): Promise<void> {
  await manager.streams.add({
    name: settings.name,
    subjects: [`${settings.subjectPrefix}.>`],
    storage: 'file',
    retention: 'limits',
    discard: 'new',
    num_replicas: settings.replicas,
  })
}

/** Says which failure an error of JetStream's API is; without a responder there is no JetStream. */
function explainApiError(error: unknown): PublishFailure {
  const outcome = interpretError(error)
  if (outcome.kind === 'NoResponders') return { kind: 'JetStreamNotEnabled' }
  return outcome.kind === 'NoAnswer' || outcome.kind === 'duplicate'
    ? { kind: 'BrokerUnavailable' }
    : outcome
}

/** Code of nats-server: another replica has created the stream with other settings. */
const nameInUse = 10058

/**
 * Checks the stream, and creates it if it is missing and the settings say so; never changes an
 * existing one. Never rejects: without the permission to check, the state is NotAuthorized.
 */
export async function ensureStream(
  client: NatsConnection,
  settings: StreamSettings,
  timeoutMs: number,
): Promise<StreamState> {
  try {
    const manager = await jetstreamManager(client, buildJetStreamOptions(settings, timeoutMs))
    const check = async (created: boolean): Promise<StreamState> => {
      const { config } = await manager.streams.info(settings.name)
      const server = client.info ?? { version: '0', max_payload: 0 }
      const issues = findConfigIssues({ config, server, messages: settings })
      return { kind: 'present', issues, created }
    }
    try {
      return await check(false)
    } catch (error) {
      const failure = explainApiError(error)
      if (failure.kind !== 'StreamMissing' || !settings.create) return failure
    }
    try {
      await createStream(manager, settings)
    } catch (error) {
      if (!(error instanceof JetStreamApiError && error.code === nameInUse))
        return explainApiError(error)
    }
    return await check(true)
  } catch (error) {
    return explainApiError(error)
  }
}

/** Looks for a message on the subject in the stream. */
export async function findMessage(
  client: NatsConnection,
  settings: StreamSettings,
  subject: string,
  timeoutMs: number,
): Promise<{ kind: 'found' } | { kind: 'absent' } | PublishFailure> {
  try {
    const manager = await jetstreamManager(client, buildJetStreamOptions(settings, timeoutMs))
    const { state } = await manager.streams.info(settings.name, { subjects_filter: subject })
    return { kind: (state.subjects?.[subject] ?? 0) > 0 ? 'found' : 'absent' }
  } catch (error) {
    return explainApiError(error)
  }
}
