import type { Hindrance } from '../domain/hindrance.ts'
import {
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  type NatsConnection,
  nanos,
  type StreamConfig,
} from './client.ts'
import { outcomeOf } from './outcome.ts'

export interface StreamSettings {
  name: string
  subjectPrefix: string
  create: boolean
  replicas: number
  /** How long the broker remembers message ids; correctness does not rest on it. */
  duplicateWindowMs: number
}

/** The stream is there, with what weakens the promise; or it is not, and why. */
export type StreamState =
  | { kind: 'present'; weaknesses: string[]; created: boolean; covered: boolean }
  | Hindrance

const oldestServer = [2, 10, 19] as const

function isOlder(version: string): boolean {
  const parts = version.split(/[.-]/).slice(0, 3).map(Number)
  const at = oldestServer.findIndex((part, i) => part !== parts[i])
  return at !== -1 && (parts[at] ?? 0) < (oldestServer[at] ?? 0)
}

/** Whether a stream subject with wildcards takes every message below the prefix. */
function covers(subject: string, prefix: string): boolean {
  const wanted = [...prefix.split('.'), '*', '*', '*']
  const tokens = subject.split('.')
  for (const [i, token] of wanted.entries()) {
    if (tokens[i] === '>') return true
    if (tokens[i] !== '*' && tokens[i] !== token) return false
  }
  return tokens.length === wanted.length
}

/** Whether the stream takes the messages at all. */
export function takesMessages(
  { subjects }: Pick<StreamConfig, 'subjects'>,
  prefix: string,
): boolean {
  return (subjects ?? []).some((subject) => covers(subject, prefix))
}

/** What in a stream or its server weakens "stored exactly once and kept", in words. */
export function weaknessesOf(
  config: StreamConfig,
  prefix: string,
  serverVersion: string,
): string[] {
  const limited = [config.max_msgs, config.max_bytes].some((limit) => (limit ?? -1) > 0)
  const checks: [boolean, string][] = [
    [config.retention !== 'limits', `retention is ${config.retention}, not limits`],
    [(config.max_age ?? 0) > 0, 'max_age removes messages'],
    [config.discard === 'old' && limited, 'discard is old: a full stream drops messages'],
    [config.storage !== 'file', 'storage is memory: a restart loses all'],
    [!takesMessages(config, prefix), `subjects do not take ${prefix}.>`],
    [isOlder(serverVersion), `server ${serverVersion} is older than ${oldestServer.join('.')}`],
  ]
  return checks.filter(([weak]) => weak).map(([, words]) => words)
}

async function createStream(manager: JetStreamManager, settings: StreamSettings): Promise<void> {
  await manager.streams.add({
    name: settings.name,
    subjects: [`${settings.subjectPrefix}.>`],
    storage: 'file',
    retention: 'limits',
    discard: 'new',
    num_replicas: settings.replicas,
    duplicate_window: nanos(settings.duplicateWindowMs),
  })
}

function hindranceOf(error: unknown): Hindrance {
  const outcome = outcomeOf(error)
  return outcome.kind === 'NoResponders' || outcome.kind === 'stored-before'
    ? { kind: 'BrokerUnavailable' }
    : outcome
}

/** Code of nats-server: another replica was faster, with other settings. */
const nameInUse = 10058

/**
 * Looks at the stream and creates it when it is missing and should be; never alters one that is
 * there. Never rejects: where even looking is not permitted, the answer is "later".
 */
export async function ensureStream(
  client: NatsConnection,
  settings: StreamSettings,
  timeoutMs: number,
): Promise<StreamState> {
  try {
    const manager = await jetstreamManager(client, { timeout: timeoutMs, checkAPI: false })
    const look = async (created: boolean): Promise<StreamState> => {
      const { config } = await manager.streams.info(settings.name)
      const prefix = settings.subjectPrefix
      const weaknesses = weaknessesOf(config, prefix, client.info?.version ?? '0')
      return { kind: 'present', weaknesses, created, covered: takesMessages(config, prefix) }
    }
    try {
      return await look(false)
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
    return await look(true)
  } catch (error) {
    return hindranceOf(error)
  }
}
