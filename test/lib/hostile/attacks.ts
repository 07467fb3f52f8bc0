import { abandonBodies, deeplyNested, manyManagedFields } from './bodies.ts'
import type { Attack, Protocol } from './caller.ts'
import * as floods from './floods.ts'
import * as incomplete from './incomplete-requests.ts'
import { metricsReaders } from './metrics-readers.ts'
import * as truncated from './truncated-frames.ts'

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
const busy = { leastShare: 0.25 } as const
const over = ['HTTP/1.1', 'TLS', 'HTTP/2'] as const
const http2 = { over: ['HTTP/2'] } as const
const inShort = { short: ['HTTP/2'] } as const
const short = ['HTTP/1.1'] as const

/** Every attack by its name. */
export const attacks = {
  '6 large bodies, caller leaves': { attack: abandonBodies(6), over, ...busy, atLeastSeconds: 8 },
  '30 large bodies, caller leaves': {
    attack: abandonBodies(30),
    over,
    short,
    ...busy,
    atLeastSeconds: 20,
  },
  'window of 0, unknown path': {
    attack: floods.holdResponses('/nothing', { window: 0 }),
    ...http2,
    ...busy,
    ...inShort,
  },
  'window of 0, /sync': { attack: floods.holdResponses('/sync', { window: 0 }), ...http2, ...busy },
  'answers never read': {
    attack: floods.holdResponses('/nothing', { reads: false }),
    ...http2,
    ...busy,
  },
  'POSTs whose answers are not taken': { attack: incomplete.unreadResponses, ...http2, ...inShort },
  'bodies announced, not sent': {
    attack: incomplete.announcedBodies,
    over,
    short: ['HTTP/1.1', 'TLS'],
  },
  'bodies without an end': { attack: incomplete.endlessBodies, over },
  'rapid reset': { attack: floods.rapidReset, ...http2, ...busy, ...inShort },
  'reset after the end': { attack: floods.resetAfterEnd, ...http2, ...busy },
  MadeYouReset: { attack: floods.madeYouReset, ...http2 },
  'WINDOW_UPDATE of 0': { attack: floods.emptyWindowUpdates, ...http2 },
  'PING flood': { attack: floods.pings, ...http2 },
  'SETTINGS flood': { attack: floods.settingsFlood, ...http2 },
  'PRIORITY flood': { attack: floods.priorities, ...http2 },
  'empty DATA flood': { attack: floods.emptyData, ...http2 },
  'CONTINUATION flood': { attack: floods.continuation, ...http2 },
  'many small header fields': { attack: floods.headerBomb, ...http2 },
  'HEADERS without END_HEADERS': { attack: truncated.headersWithoutEnd, ...http2, ...inShort },
  'cut frames': { attack: truncated.cutFrame, ...http2 },
  CONNECT: { attack: truncated.connectMethod, ...http2 },
  'session window too large': { attack: truncated.windowOverflow, ...http2 },
  'fields that cannot be read': { attack: truncated.brokenFields, ...http2 },
  'connections that stop in the middle': {
    attack: truncated.stoppedConnections,
    over: ['HTTP/1.1', 'TLS'],
    // As long as a request may take to arrive: until then they hold the connections of their address.
    atLeastSeconds: 10,
  },
  'unknown methods': { attack: floods.unknownMethods, ...http2, ...busy, ...inShort },
  '400 readers of /metrics': { attack: metricsReaders, over: short },
  'many short managedFields': { attack: manyManagedFields, over, short },
  'deeply nested arrays': { attack: deeplyNested, over },
} as const satisfies Record<string, Kind>
export type AttackName = keyof typeof attacks
