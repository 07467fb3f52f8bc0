import { deeplyNested, leave, manyManagedFields } from './bodies.ts'
import type { Attack, Protocol } from './caller.ts'
import * as cuts from './cuts.ts'
import * as halves from './halves.ts'
import { metricsReaders, unknownMethods } from './noise.ts'
import * as resets from './resets.ts'
import { holdAnswers } from './windows.ts'

/** One kind of attack, and over what it goes. */
export interface Kind {
  attack: Attack
  over: readonly Protocol[]
  /** Longer than the others, as it has so much to send. */
  atLeastSeconds?: number
  /**
   * Share of the neighbour's calls that are answered with 200, where it is less than usual: whoever
   * takes the whole processor with plain requests has calls refused with 429.
   */
  leastShare?: number
  /** Over which of them it is part of the short form. */
  short?: readonly Protocol[]
}

const all = ['HTTP/1.1', 'TLS', 'HTTP/2'] as const
const http2 = ['HTTP/2'] as const

/** Every attack by its name. */
export const attacks = {
  '6 large bodies, caller leaves': {
    attack: leave(6),
    over: all,
    atLeastSeconds: 8,
  },
  '30 large bodies, caller leaves': {
    attack: leave(30),
    over: all,
    atLeastSeconds: 20,
    short: ['HTTP/1.1'],
  },
  'window of 0, unknown path': {
    attack: holdAnswers('/nothing', { window: 0 }),
    over: http2,
    short: http2,
  },
  'window of 0, /sync': { attack: holdAnswers('/sync', { window: 0 }), over: http2 },
  'answers never read': {
    attack: holdAnswers('/nothing', { reads: false }),
    over: http2,
    leastShare: 0.5,
  },
  'POSTs whose answers are not taken': {
    attack: halves.untakenAnswers,
    over: http2,
    short: http2,
  },
  'bodies announced, not sent': {
    attack: halves.announcedBodies,
    over: all,
    short: ['HTTP/1.1', 'TLS'],
  },
  'bodies without an end': { attack: halves.endlessBodies, over: all },
  'rapid reset': { attack: resets.rapidReset, over: http2, short: http2 },
  'reset after the end': { attack: resets.resetAfterEnd, over: http2 },
  MadeYouReset: { attack: resets.madeYouReset, over: http2 },
  'WINDOW_UPDATE of 0': { attack: resets.emptyWindowUpdates, over: http2 },
  'PING flood': { attack: resets.pings, over: http2 },
  'SETTINGS flood': { attack: resets.settingsFlood, over: http2 },
  'PRIORITY flood': { attack: resets.priorities, over: http2 },
  'empty DATA flood': { attack: resets.emptyData, over: http2 },
  'CONTINUATION flood': { attack: resets.continuation, over: http2 },
  'many small header fields': { attack: resets.headerBomb, over: http2 },
  'HEADERS without END_HEADERS': {
    attack: cuts.headersWithoutEnd,
    over: http2,
    short: http2,
  },
  'cut frames': { attack: cuts.cutFrame, over: http2 },
  CONNECT: { attack: cuts.connectMethod, over: http2 },
  'session window too large': { attack: cuts.windowOverflow, over: http2 },
  'fields that cannot be read': { attack: cuts.brokenFields, over: http2 },
  'connections that stop in the middle': {
    attack: cuts.stoppedConnections,
    over: ['HTTP/1.1', 'TLS'],
  },
  'unknown methods': { attack: unknownMethods, over: http2, short: http2 },
  '400 readers of /metrics': { attack: metricsReaders, over: ['HTTP/1.1'] },
  'many short managedFields': {
    attack: manyManagedFields,
    over: all,
    short: ['HTTP/1.1'],
  },
  'deeply nested arrays': { attack: deeplyNested, over: all },
} as const satisfies Record<string, Kind>
export type AttackName = keyof typeof attacks
