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
export interface Frequency {
  count: number
  durationMs: readonly [number, number]
}

/** How much happens in a run, and the pace of its Metacontroller. */
export interface RunSize {
  /** All CoinFlips, the deleted ones included. */
  objects: number
  /** Approximate number of runs of three tails. */
  milestones: number
  /** Objects that are deleted with pending notifications while nats-server is down. */
  deleted: number
  /** Objects that are created with three tails and deleted while Metacontroller is down. */
  shortLived: number
  /** Objects that get several milestones at once around each kill of nats-server. */
  bursts: number
  /** Flips and faults begin within this time. */
  windowMs: number
  /** Limit from the last fault until every object is correct. */
  recoveryLimitMs: number
  faults: Record<FaultKind, Frequency>
  /** Objects that are changed during each kind of fault once more, alone; 0 leaves that out. */
  changedAlone: number
  /** Of the simulated cluster and the probes; a real Metacontroller has its own. */
  pace: Pace
  /** Settings of the service that go with that pace. */
  settings: Record<string, string>
}

export interface Pace {
  workers: number
  /** A call without a response by then has failed, though it may still be running. */
  hookLimitMs: number
  resyncPeriodMs: number
  /** One bucket for the retries of all objects. */
  retriesPerSecond: number
  retryBurst: number
  /** Readiness probe of the replicas. */
  probePeriodMs: number
  probeLimitMs: number
}

const never: Frequency = { count: 0, durationMs: [0, 0] }
const instant = (count: number): Frequency => ({ count, durationMs: [0, 0] })

/** The full run; it takes less than ten minutes. */
export const full: RunSize = {
  objects: 500,
  milestones: 10_000,
  deleted: 50,
  shortLived: 50,
  bursts: 20,
  windowMs: 240_000,
  recoveryLimitMs: 120_000,
  faults: {
    'replica killed': { count: 20, durationMs: [0, 3_000] },
    'replica frozen': { count: 5, durationMs: [1_000, 15_000] },
    'replica unreachable': { count: 2, durationMs: [30_000, 30_000] },
    'replicas replaced': { count: 1, durationMs: [5_000, 5_000] },
    'nats-server killed': { count: 10, durationMs: [0, 5_000] },
    'nats-server frozen': { count: 5, durationMs: [1_000, 15_000] },
    'Metacontroller killed': { count: 5, durationMs: [1_000, 5_000] },
    'API server killed': { count: 3, durationMs: [0, 2_000] },
    'status set back': instant(50),
    'older object shown': instant(50),
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

/** The same within 20 seconds: fewer objects, and the times of Metacontroller a quarter or less. */
export const short: RunSize = {
  objects: 60,
  milestones: 600,
  deleted: 10,
  shortLived: 6,
  bursts: 12,
  windowMs: 10_000,
  recoveryLimitMs: 10_000,
  faults: {
    'replica killed': { count: 4, durationMs: [0, 500] },
    'replica frozen': { count: 1, durationMs: [500, 3_000] },
    'replica unreachable': { count: 1, durationMs: [3_000, 3_000] },
    'replicas replaced': { count: 1, durationMs: [200, 200] },
    'nats-server killed': { count: 3, durationMs: [500, 1_000] },
    'nats-server frozen': { count: 1, durationMs: [500, 3_000] },
    'Metacontroller killed': { count: 2, durationMs: [200, 800] },
    'API server killed': never,
    'status set back': instant(20),
    'older object shown': instant(20),
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

/** The time after which a killed leader is followed by another one, at most. */
const electionMs = 12_000

/** The same for several brokers, with time for an election after each kill. */
export function withElections(size: RunSize): RunSize {
  return {
    ...size,
    windowMs: Math.max(size.windowMs, size.faults['nats-server killed'].count * electionMs),
    recoveryLimitMs: Math.max(size.recoveryLimitMs, 5 * electionMs),
  }
}
