import type { Hindrance } from '../domain/hindrance.ts'
import {
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  type NatsConnection,
} from './client.ts'
import { outcomeOf } from './outcome.ts'
import { type ConfigIssue, streamConfigIssues } from './stream-config.ts'

export interface StreamSettings {
  name: string
  subjectPrefix: string
  create: boolean
  replicas: number
  /** The JetStream domain that has the stream; without one that of the connected server. */
  domain?: string | undefined
}

/** The stream is there, with what breaks the promise; or it is not, and why. */
export type StreamState = { kind: 'present'; issues: ConfigIssue[]; created: boolean } | Hindrance

/** The options of the client's JetStream that reach the domain of the stream. */
export function jetstreamOptions({ domain }: Pick<StreamSettings, 'domain'>, timeoutMs: number) {
  return { timeout: timeoutMs, checkAPI: false, ...(domain === undefined ? {} : { domain }) }
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

/** What an error of JetStream's API means; where nobody serves it there is no JetStream. */
function hindranceOf(error: unknown): Hindrance {
  const outcome = outcomeOf(error)
  if (outcome.kind === 'NoResponders') return { kind: 'JetStreamNotEnabled' }
  return outcome.kind === 'NoAnswer' || outcome.kind === 'stored-before'
    ? { kind: 'BrokerUnavailable' }
    : outcome
}

/** Code of nats-server: another replica was faster, with other settings. */
const nameInUse = 10058

/**
 * Checks the stream and creates it when it is missing and should be; never alters one that is
 * there. Never rejects: where even looking is not permitted, the state is NotAuthorized.
 */
export async function ensureStream(
  client: NatsConnection,
  settings: StreamSettings,
  timeoutMs: number,
): Promise<StreamState> {
  try {
    const manager = await jetstreamManager(client, jetstreamOptions(settings, timeoutMs))
    const check = async (created: boolean): Promise<StreamState> => {
      const { config } = await manager.streams.info(settings.name)
      const server = client.info ?? { version: '0', max_payload: 0 }
      const issues = streamConfigIssues({ config, server, prefix: settings.subjectPrefix })
      return { kind: 'present', issues, created }
    }
    try {
      return await check(false)
    } catch (error) {
      const hindrance = hindranceOf(error)
      if (hindrance.kind !== 'StreamMissing' || !settings.create) return hindrance
    }
    try {
      await createStream(manager, settings)
    } catch (error) {
      if (!(error instanceof JetStreamApiError && error.code === nameInUse))
        return hindranceOf(error)
    }
    return await check(true)
  } catch (error) {
    return hindranceOf(error)
  }
}

/** Whether the stream holds a message on the subject, or why that cannot be told. */
export async function holdsMessage(
  client: NatsConnection,
  settings: StreamSettings,
  subject: string,
  timeoutMs: number,
): Promise<boolean | Hindrance> {
  try {
    const manager = await jetstreamManager(client, jetstreamOptions(settings, timeoutMs))
    const { state } = await manager.streams.info(settings.name, { subjects_filter: subject })
    return (state.subjects?.[subject] ?? 0) > 0
  } catch (error) {
    return hindranceOf(error)
  }
}
