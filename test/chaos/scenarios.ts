import type { Random } from '../lib/random.ts'
import type { Fault } from './plan-faults.ts'
import type { FaultKind, RunSize } from './run-size.ts'

/** What a user does to an object; letters are flips, T and H. */
export type Step =
  | { atMs: number; act: 'create' | 'append'; letters: string }
  | { atMs: number; act: 'delete' }
  /** An append that the API server has to refuse. */
  | { atMs: number; act: 'append in deletion'; letters: string }

/** The writes to one object, from its creation on. */
export interface Scenario {
  name: string
  steps: Step[]
}

/** A history with so many runs of three tails, some of them longer, with noise between them. */
export function writeLetters(random: Random, milestones: number): string {
  const parts = Array.from({ length: milestones }, () => {
    const noise = random.among(['H', 'HH', 'HTH', 'HTTH', 'THH', 'HHHH'])
    return `${noise}TTT${'T'.repeat(random.among([0, 0, 1, 3]))}H`
  })
  return parts.join('')
}

/** Cuts a history into the flips of one append each; longer pieces hold several milestones. */
function cut(random: Random, letters: string): string[] {
  const longest = random.among([3, 8, 8, 40])
  const pieces: string[] = []
  for (let at = 0; at < letters.length; at += pieces.at(-1)?.length ?? 0)
    pieces.push(letters.slice(at, at + random.between(1, longest)))
  return pieces
}

function timesBetween(random: Random, count: number, fromMs: number, toMs: number): number[] {
  return Array.from({ length: count }, () => random.between(fromMs, toMs)).sort((a, b) => a - b)
}

function planSteps(random: Random, milestones: number, fromMs: number, toMs: number): Step[] {
  const [first = '', ...rest] = cut(random, writeLetters(random, milestones))
  const [creation = fromMs, ...times] = timesBetween(random, rest.length + 1, fromMs, toMs)
  const appends = rest.map((letters, i): Step => {
    return { atMs: times[i] ?? toMs, act: 'append', letters }
  })
  return [{ atMs: creation, act: 'create', letters: first }, ...appends]
}

/** Moments during faults of a kind, as many as are wanted, shared out among the faults. */
function momentsOf(random: Random, kind: FaultKind, count: number, faults: readonly Fault[]) {
  const found = faults.filter((fault) => fault.kind === kind)
  return Array.from({ length: count }, (_, i) => {
    const fault = found[i % found.length]
    if (!fault) return 0
    return fault.atMs + random.between(0, (fault.frozenFirstMs + fault.durationMs) * 0.8)
  })
}

const burstMilestones = 3

/** The scenarios of all objects, with deletions at the moments where faults make them hard. */
export function planScenarios(random: Random, size: RunSize, faults: readonly Fault[]): Scenario[] {
  const { objects, deleted, shortLived, bursts, windowMs } = size
  const kept = objects - deleted - shortLived
  const natsKills = size.faults['nats-server killed'].count
  const other = shortLived + bursts * natsKills * burstMilestones
  const each = Math.max(1, Math.round((size.milestones - other) / (kept + deleted / 2)))
  const latestCreation = windowMs * 0.3
  const scenarios: Scenario[] = []
  for (let i = 0; i < kept; i++) {
    const milestones = random.between(Math.ceil(each / 2), Math.floor(each * 1.5))
    const creation = random.between(0, latestCreation)
    scenarios.push({ name: `kept-${i}`, steps: planSteps(random, milestones, creation, windowMs) })
  }
  for (const atMs of momentsOf(random, 'nats-server killed', bursts * natsKills, faults)) {
    const { steps } = random.among(scenarios)
    const created = steps[0]?.atMs ?? 0
    const letters = writeLetters(random, burstMilestones)
    steps.push({ atMs: Math.max(atMs, created), act: 'append', letters })
    steps.sort((a, b) => a.atMs - b.atMs)
  }
  for (const [i, atMs] of momentsOf(random, 'nats-server killed', deleted, faults).entries()) {
    const before = planSteps(random, Math.ceil(each / 2), 0, Math.max(0, atMs - 50))
    const last: Step = { atMs, act: 'append', letters: writeLetters(random, 3) }
    const refused: Step = { atMs, act: 'append in deletion', letters: 'HTTTH' }
    const steps = [...before, last, { atMs, act: 'delete' } as const, refused]
    scenarios.push({ name: `deleted-${i}`, steps })
  }
  const moments = momentsOf(random, 'Metacontroller killed', shortLived, faults)
  for (const [i, atMs] of moments.entries())
    scenarios.push({
      name: `short-lived-${i}`,
      steps: [
        { atMs, act: 'create', letters: 'TTT' },
        { atMs, act: 'delete' },
      ],
    })
  return scenarios
}

/** One more milestone for some objects that are kept, at random times within a while. */
export function planChanges(random: Random, count: number, forMs: number): Scenario[] {
  return Array.from({ length: count }, (_, i) => ({
    name: `kept-${i}`,
    steps: [{ atMs: random.between(0, forMs), act: 'append', letters: 'HTTT' }],
  }))
}
