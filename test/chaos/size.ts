/** What is done to the processes and objects of a run. */
export const faultKinds = [
  'replica killed',
  'replica frozen',
  'replica unreachable',
  'replicas replaced',
  'nats-server killed',
  'nats-server frozen',
  'Metacontroller killed',
  'API server killed',
  'status set back',
  'older object shown',
] as const
export type FaultKind = (typeof faultKinds)[number]

/** How often a fault happens, and how long it lasts: from, to, in milliseconds. */
export interface Dose {
  count: number
  lastsMs: readonly [number, number]
}

/** How much happens in a run, and at which pace its Metacontroller works. */
export interface Size {
  /** CoinFlips in all, those that are deleted among them. */
  objects: number
  /** Runs of three tails in all, about. */
  milestones: number
  /** Deleted with milestones outstanding, while nats-server is away. */
  deleted: number
  /** Created with three tails and deleted while Metacontroller is away. */
  shortLived: number
  /** Objects that get several milestones at once around each kill of nats-server. */
  bursts: number
  /** Flips and faults begin within this time. */
  windowMs: number
  /** How long it may take after the last fault until every object is as it should be. */
  healLimitMs: number
  faults: Record<FaultKind, Dose>
  /** Objects that are changed during each kind of fault once more, alone; 0 leaves that out. */
  changedAlone: number
  /** Metacontroller's and its surroundings' times; in the real form Metacontroller has its own. */
  pace: Pace
  /** Settings of the service that go with that pace. */
  settings: Record<string, string>
}

export interface Pace {
  workers: number
  /** A call without an answer by then has failed, though it may still be running. */
  hookLimitMs: number
  resyncPeriodMs: number
  /** One bucket for the retries of all objects. */
  retriesPerSecond: number
  retryBurst: number
  /** Readiness probe of the replicas. */
  probePeriodMs: number
  probeLimitMs: number
}

const never: Dose = { count: 0, lastsMs: [0, 0] }
const momentary = (count: number): Dose => ({ count, lastsMs: [0, 0] })

/** Everything; it takes less than ten minutes. */
export const full: Size = {
  objects: 500,
  milestones: 10_000,
  deleted: 50,
  shortLived: 50,
  bursts: 20,
  windowMs: 240_000,
  healLimitMs: 120_000,
  faults: {
    'replica killed': { count: 20, lastsMs: [0, 3_000] },
    'replica frozen': { count: 5, lastsMs: [1_000, 15_000] },
    'replica unreachable': { count: 2, lastsMs: [30_000, 30_000] },
    'replicas replaced': { count: 1, lastsMs: [5_000, 5_000] },
    'nats-server killed': { count: 10, lastsMs: [0, 5_000] },
    'nats-server frozen': { count: 5, lastsMs: [1_000, 15_000] },
    'Metacontroller killed': { count: 5, lastsMs: [1_000, 5_000] },
    'API server killed': { count: 3, lastsMs: [0, 2_000] },
    'status set back': momentary(50),
    'older object shown': momentary(50),
  },
  changedAlone: 100,
  pace: {
    workers: 50,
    hookLimitMs: 10_000,
    resyncPeriodMs: 30_000,
    retriesPerSecond: 10,
    retryBurst: 100,
    probePeriodMs: 5_000,
    probeLimitMs: 2_000,
  },
  settings: {},
}

/** The same within 20 seconds: fewer objects, and all times of Metacontroller a quarter or less. */
export const short: Size = {
  objects: 60,
  milestones: 600,
  deleted: 10,
  shortLived: 6,
  bursts: 12,
  windowMs: 10_000,
  healLimitMs: 10_000,
  faults: {
    'replica killed': { count: 4, lastsMs: [0, 500] },
    'replica frozen': { count: 1, lastsMs: [500, 3_000] },
    'replica unreachable': { count: 1, lastsMs: [3_000, 3_000] },
    'replicas replaced': { count: 1, lastsMs: [200, 200] },
    'nats-server killed': { count: 3, lastsMs: [500, 1_000] },
    'nats-server frozen': { count: 1, lastsMs: [500, 3_000] },
    'Metacontroller killed': { count: 2, lastsMs: [200, 800] },
    'API server killed': never,
    'status set back': momentary(20),
    'older object shown': momentary(20),
  },
  changedAlone: 0,
  pace: {
    workers: 20,
    hookLimitMs: 2_500,
    resyncPeriodMs: 2_000,
    retriesPerSecond: 40,
    retryBurst: 100,
    probePeriodMs: 500,
    probeLimitMs: 200,
  },
  settings: { PUBLISH_TIMEOUT_MS: '1500', PUBLISH_BUDGET_MS: '2000' },
}

/** A leader that was killed is followed by another one after so long, at most. */
const electionMs = 12_000

/** The same for several brokers, with time for an election after each kill. */
export function withElections(size: Size): Size {
  return {
    ...size,
    windowMs: Math.max(size.windowMs, size.faults['nats-server killed'].count * electionMs),
    healLimitMs: Math.max(size.healLimitMs, 5 * electionMs),
  }
}
