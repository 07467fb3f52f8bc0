/** How often a fault happens, and how long it lasts: from, to, in milliseconds. */
interface Frequency {
  count: number
  durationMs: readonly [number, number]
}

const times = (count: number, fromMs = 0, toMs = fromMs): Frequency => ({
  count,
  durationMs: [fromMs, toMs],
})

/** What is done to the processes and objects of a full and of a short run. */
const frequencies = {
  'replica killed': [times(20, 0, 3_000), times(4, 0, 500)],
  'replica frozen': [times(5, 1_000, 15_000), times(1, 500, 3_000)],
  'replica unreachable': [times(2, 30_000), times(1, 3_000)],
  'replicas replaced': [times(1, 5_000), times(1, 200)],
  'nats-server killed': [times(10, 0, 5_000), times(3, 500, 1_000)],
  'nats-server frozen': [times(5, 1_000, 15_000), times(1, 500, 3_000)],
  'Metacontroller killed': [times(5, 1_000, 5_000), times(2, 200, 800)],
  'API server killed': [times(3, 0, 2_000), times(0)],
  'status set back': [times(50), times(20)],
  'older object shown': [times(50), times(20)],
} as const
export type FaultKind = keyof typeof frequencies
export const faultKinds = Object.keys(frequencies) as FaultKind[]

const faultsOf = (size: 0 | 1) =>
  Object.fromEntries(faultKinds.map((kind) => [kind, frequencies[kind][size]])) as Record<
    FaultKind,
    Frequency
  >

/** How much happens in a run, and the pace of its Metacontroller. */
export type RunSize = typeof full

/** Of the simulated cluster and the probes; a real Metacontroller has its own. */
export type Pace = RunSize['pace']

/** The full run; it takes less than ten minutes. */
export const full = {
  /** All CoinFlips, the deleted ones included. */
  objects: 500,
  /** Approximate number of runs of three tails. */
  milestones: 10_000,
  /** Objects that are deleted with pending notifications while nats-server is down. */
  deleted: 50,
  /** Objects that are created with three tails and deleted while Metacontroller is down. */
  shortLived: 50,
  /** Objects that get several milestones at once around each kill of nats-server. */
  bursts: 20,
  /** Flips and faults begin within this time. */
  windowMs: 240_000,
  /** Limit from the last fault until every object is correct. */
  recoveryLimitMs: 120_000,
  faults: faultsOf(0),
  /** Objects that are changed during each kind of fault once more, alone; 0 leaves that out. */
  changedAlone: 100,
  pace: {
    workers: 50,
    /** A call without a response by then has failed, though it may still be running. */
    hookLimitMs: 10_000,
    resyncPeriodMs: 30_000,
    /** One bucket for the retries of all objects. */
    retriesPerSecond: 10,
    retryBurst: 100,
    /** Readiness probe of the replicas. */
    probePeriodMs: 5_000,
    probeLimitMs: 2_000,
  },
  /** Settings of the service that go with that pace. */
  settings: {} as Record<string, string>,
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
  faults: faultsOf(1),
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
