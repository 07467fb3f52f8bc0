import { abandonBodies, deeplyNested, manyManagedFields } from './bodies.ts'
import type { Attack, Protocol } from './caller.ts'
import * as incomplete from './incomplete-requests.ts'
import { metricsReaders, unknownMethods } from './noise.ts'
import * as resets from './resets.ts'
import * as truncated from './truncated-frames.ts'
import { holdResponses } from './windows.ts'

/** One kind of attack, and the protocols that it applies to. */
export interface Kind {
  attack: Attack
  over: readonly Protocol[]
  /** Minimum duration of an attack that has a lot to send. */
  atLeastSeconds?: number
  /**
   * Required share of the neighbour's calls answered with 200, where it is below the usual one: valid
   * requests that use the whole processor have other calls refused with 429.
   */
  leastShare?: number
  /** Protocols that SIZE=short includes. */
  short?: readonly Protocol[]
}

/** Alone on two cores 37 to 100 % were served, the rest refused with 429. */
const busyShare = 0.25

const all = ['HTTP/1.1', 'TLS', 'HTTP/2'] as const
const http2 = ['HTTP/2'] as const

/** Every attack by its name. */
export const attacks = {
  '6 large bodies, caller leaves': {
    attack: abandonBodies(6),
    over: all,
    atLeastSeconds: 8,
    leastShare: busyShare,
  },
  '30 large bodies, caller leaves': {
    attack: abandonBodies(30),
    over: all,
    atLeastSeconds: 20,
    leastShare: busyShare,
    short: ['HTTP/1.1'],
  },
  'window of 0, unknown path': {
    attack: holdResponses('/nothing', { window: 0 }),
    over: http2,
    leastShare: busyShare,
    short: http2,
  },
  'window of 0, /sync': {
    attack: holdResponses('/sync', { window: 0 }),
    over: http2,
    leastShare: busyShare,
  },
  'answers never read': {
    attack: holdResponses('/nothing', { reads: false }),
    over: http2,
    leastShare: busyShare,
  },
  'POSTs whose answers are not taken': {
    attack: incomplete.unreadResponses,
    over: http2,
    short: http2,
  },
  'bodies announced, not sent': {
    attack: incomplete.announcedBodies,
    over: all,
    short: ['HTTP/1.1', 'TLS'],
  },
  'bodies without an end': { attack: incomplete.endlessBodies, over: all },
  'rapid reset': {
    attack: resets.rapidReset,
    over: http2,
    leastShare: busyShare,
    short: http2,
  },
  'reset after the end': { attack: resets.resetAfterEnd, over: http2, leastShare: busyShare },
  MadeYouReset: { attack: resets.madeYouReset, over: http2 },
  'WINDOW_UPDATE of 0': { attack: resets.emptyWindowUpdates, over: http2 },
  'PING flood': { attack: resets.pings, over: http2 },
  'SETTINGS flood': { attack: resets.settingsFlood, over: http2 },
  'PRIORITY flood': { attack: resets.priorities, over: http2 },
  'empty DATA flood': { attack: resets.emptyData, over: http2 },
  'CONTINUATION flood': { attack: resets.continuation, over: http2 },
  'many small header fields': { attack: resets.headerBomb, over: http2 },
  'HEADERS without END_HEADERS': {
    attack: truncated.headersWithoutEnd,
    over: http2,
    short: http2,
  },
  'cut frames': { attack: truncated.cutFrame, over: http2 },
  CONNECT: { attack: truncated.connectMethod, over: http2 },
  'session window too large': { attack: truncated.windowOverflow, over: http2 },
  'fields that cannot be read': { attack: truncated.brokenFields, over: http2 },
  'connections that stop in the middle': {
    attack: truncated.stoppedConnections,
    over: ['HTTP/1.1', 'TLS'],
    // As long as a request may take to arrive: until then they hold the connections of their address.
    atLeastSeconds: 10,
  },
  'unknown methods': {
    attack: unknownMethods,
    over: http2,
    leastShare: busyShare,
    short: http2,
  },
  '400 readers of /metrics': { attack: metricsReaders, over: ['HTTP/1.1'] },
  'many short managedFields': {
    attack: manyManagedFields,
    over: all,
    short: ['HTTP/1.1'],
  },
  'deeply nested arrays': { attack: deeplyNested, over: all },
} as const satisfies Record<string, Kind>
export type AttackName = keyof typeof attacks
