import type { ServerInfo, StreamConfig } from './client.ts'

/**
 * A setting that breaks exactly-once, and its effect: no stream listens for the messages (`absence`),
 * they are `refused`, stored in `silence` without an acknowledgement, or (`weak`) acknowledged and
 * then lost, duplicated or reordered.
 */
export interface ConfigIssue {
  effect: 'absence' | 'refused' | 'silence' | 'weak'
  text: string
}

/** A stream, the server that described it, and the prefix of the service's subjects. */
export interface ConfigFacts {
  /** A server omits the fields that it does not know. */
  config: Partial<StreamConfig>
  server: Pick<ServerInfo, 'version' | 'max_payload' | 'headers'>
  prefix: string
}

/** Upper limit of a message, headers included: names are limited (test/nats/stream-config). */
export const largestMessageBytes = 2_048

const oldestServer = [2, 10, 19] as const

function isOlder(version: string): boolean {
  const parts = version.split(/[.-]/).slice(0, 3).map(Number)
  const at = oldestServer.findIndex((part, i) => part !== parts[i])
  return at !== -1 && (parts[at] ?? 0) < (oldestServer[at] ?? 0)
}

/** Whether a stream subject with wildcards matches every subject below the prefix. */
function covers(subject: string, prefix: string): boolean {
  const wanted = [...prefix.split('.'), '*', '*', '*']
  const tokens = subject.split('.')
  for (const [i, token] of wanted.entries()) {
    if (tokens[i] === '>') return true
    if (tokens[i] !== '*' && tokens[i] !== token) return false
  }
  return tokens.length === wanted.length
}

const isSet = (limit = -1) => limit > 0
const isTooSmall = (limit = -1) => isSet(limit) && limit < largestMessageBytes
const needed = `less than the largest notification, ${largestMessageBytes} bytes`

interface Rule {
  /** A field of the stream's configuration, or of the server's INFO. */
  field: string
  effect: ConfigIssue['effect']
  /** Says what is wrong; nothing for a value that keeps exactly-once. */
  issue(facts: ConfigFacts): string | false | undefined
}

/**
 * Every field of nats-server up to 2.15 that can break exactly-once. The others are listed, and
 * tested, in test/nats/stream-config.test.ts, which fails at a field that is in neither list.
 */
export const rules: readonly Rule[] = [
  {
    field: 'no_ack',
    effect: 'silence',
    issue: ({ config }) => config.no_ack && 'no_ack is set: the stream acknowledges nothing',
  },
  {
    field: 'mirror',
    effect: 'absence',
    issue: ({ config }) => config.mirror && 'mirror is set: the stream only copies another one',
  },
  {
    field: 'subjects',
    effect: 'absence',
    issue: ({ config, prefix }) =>
      !config.subjects?.some((subject) => covers(subject, prefix)) &&
      `subjects do not include ${prefix}.>`,
  },
  {
    field: 'sealed',
    effect: 'refused',
    issue: ({ config }) =>
      config.sealed && 'sealed is set: the stream accepts no messages any more',
  },
  {
    field: 'allow_msg_counter',
    effect: 'refused',
    issue: ({ config }) =>
      config.allow_msg_counter && 'allow_msg_counter is set: the stream accepts counters only',
  },
  {
    field: 'max_msg_size',
    effect: 'refused',
    issue: ({ config: { max_msg_size: size } }) =>
      isTooSmall(size) && `max_msg_size ${size} is ${needed}`,
  },
  {
    field: 'retention',
    effect: 'weak',
    issue: ({ config: { retention } }) =>
      retention !== 'limits' && `retention is ${retention}, not limits`,
  },
  {
    field: 'max_age',
    effect: 'weak',
    issue: ({ config }) => isSet(config.max_age) && 'max_age removes messages',
  },
  {
    field: 'discard',
    effect: 'weak',
    issue: ({ config: { discard, max_msgs, max_bytes } }) =>
      discard === 'old' &&
      [max_msgs, max_bytes].some(isSet) &&
      'discard is old: a full stream drops messages',
  },
  {
    field: 'storage',
    effect: 'weak',
    issue: ({ config }) =>
      config.storage !== 'file' && 'storage is memory: a restart loses all messages',
  },
  {
    field: 'persist_mode',
    effect: 'weak',
    issue: ({ config }) =>
      config.persist_mode === 'async' && 'persist_mode is async: a crash loses messages',
  },
  {
    field: 'subject_transform',
    effect: 'weak',
    issue: ({ config }) =>
      config.subject_transform && 'subject_transform is set: it can merge subjects',
  },
  {
    field: 'sources',
    effect: 'weak',
    issue: ({ config }) =>
      (config.sources ?? []).length > 0 &&
      'sources are set: copies are stored without a check for duplicates',
  },
  {
    field: 'allow_rollup_hdrs',
    effect: 'weak',
    issue: ({ config }) =>
      config.allow_rollup_hdrs && 'allow_rollup_hdrs is set: a publisher can remove messages',
  },
  {
    field: 'server.version',
    effect: 'weak',
    issue: ({ server: { version } }) =>
      isOlder(version) && `server ${version} is older than ${oldestServer.join('.')}`,
  },
  {
    field: 'server.max_payload',
    effect: 'refused',
    issue: ({ server: { max_payload: size } }) =>
      isTooSmall(size) && `max_payload ${size} of the server is ${needed}`,
  },
  {
    field: 'server.headers',
    effect: 'refused',
    issue: ({ server }) => server.headers === false && 'no_header_support is set in the server',
  },
]

/** Finds what of a stream or its server breaks "stored once, kept, in order, acknowledged". */
export function findConfigIssues(facts: ConfigFacts): ConfigIssue[] {
  return rules.flatMap(({ effect, issue }) => {
    const text = issue(facts)
    return text ? [{ effect, text }] : []
  })
}
