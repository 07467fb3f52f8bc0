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

/** Of the messages that are published, what their stream depends on. */
export interface MessageShape {
  /** What all subjects begin with, without the last dot. */
  subjectPrefix: string
  /** How many tokens follow the prefix in each subject; without it, any number can. */
  subjectTokens?: number | undefined
  /** Upper limit of a message, headers included; without it, none is checked. */
  largestMessageBytes?: number | undefined
}

/** A stream, the server that described it, and the messages for it. */
export interface ConfigFacts {
  /** A server omits the fields that it does not know. */
  config: Partial<StreamConfig>
  server: Pick<ServerInfo, 'version' | 'max_payload' | 'headers'>
  messages: MessageShape
}

const oldestServer = [2, 10, 19] as const

function isOlder(version: string): boolean {
  const parts = version.split(/[.-]/).slice(0, 3).map(Number)
  const at = oldestServer.findIndex((part, i) => part !== parts[i])
  return at !== -1 && (parts[at] ?? 0) < (oldestServer[at] ?? 0)
}

/** Whether a stream subject with wildcards matches every subject of the messages. */
function covers(subject: string, { subjectPrefix, subjectTokens }: MessageShape): boolean {
  const below = subjectTokens === undefined ? ['>'] : Array(subjectTokens).fill('*')
  const wanted = [...subjectPrefix.split('.'), ...below]
  const tokens = subject.split('.')
  for (const [i, token] of wanted.entries()) {
    if (tokens[i] === '>') return true
    if (tokens[i] !== token && (tokens[i] !== '*' || token === '>')) return false
  }
  return tokens.length === wanted.length
}

const isSet = (limit = -1) => limit > 0

/** Says that a limit is too small for the largest message, if it is. */
function tooSmall(what: string, limit: number | undefined, { largestMessageBytes }: MessageShape) {
  if (largestMessageBytes === undefined || !isSet(limit) || (limit ?? 0) >= largestMessageBytes)
    return false
  return `${what} is less than the largest message, ${largestMessageBytes} bytes`
}

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
    issue: ({ config, messages }) =>
      !config.subjects?.some((subject) => covers(subject, messages)) &&
      `subjects do not include ${messages.subjectPrefix}.>`,
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
    issue: ({ config: { max_msg_size: size }, messages }) =>
      tooSmall(`max_msg_size ${size}`, size, messages),
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
    issue: ({ server: { max_payload: size }, messages }) =>
      tooSmall(`max_payload ${size} of the server`, size, messages),
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
