import { setTimeout as delay } from 'node:timers/promises'
import type { StoredMessage } from '../../hack/lib/oracle.ts'
import { startAttack } from '../lib/hostile/attacker.ts'
import type { AttackName } from '../lib/hostile/attacks.ts'
import { hostileNamespace } from '../lib/hostile/bodies.ts'
import type { Caller, Protocol } from '../lib/hostile/caller.ts'
import type { Random } from '../lib/random.ts'
import { sleepUntil } from './run-scenarios.ts'

/** An attack of hostile callers, beside all other faults. */
interface Flood {
  name: AttackName
  protocol: Protocol
  /** From the start of the run. */
  atMs: number
  durationMs: number
}

/** The result of the floods of a run. */
export interface FloodReport {
  count: number
  /** What they sent, by name. */
  sent: Caller['sent']
  /** Messages about hostile objects, and how many of them are duplicates. */
  stored: number
  duplicated: number
  /** Highest resident memory of a replica, and its limit. */
  highestMb: number
  limitMb: number
}

/** Attacks in rounds, each with one of each class; they need hooks that are served over https. */
const rounds: readonly (readonly (readonly [AttackName, Protocol])[])[] = [
  [
    ['30 large bodies, caller leaves', 'TLS'],
    ['window of 0, /sync', 'HTTP/2'],
    ['POSTs whose answers are not taken', 'HTTP/2'],
    ['rapid reset', 'HTTP/2'],
    ['HEADERS without END_HEADERS', 'HTTP/2'],
  ],
  [
    ['30 large bodies, caller leaves', 'HTTP/2'],
    ['answers never read', 'HTTP/2'],
    ['bodies announced, not sent', 'TLS'],
    ['reset after the end', 'HTTP/2'],
    ['connections that stop in the middle', 'TLS'],
  ],
  [
    ['bodies without an end', 'HTTP/2'],
    ['MadeYouReset', 'HTTP/2'],
  ],
]
/** Half of the full strength: the attackers share a machine with all processes of the run. */
const strength = 0.5
/** A shorter one ends before it has an effect. */
const leastSlotMs = 2_000

function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const left = [...list]
  return list.flatMap(() => left.splice(random.between(0, left.length - 1), 1))
}

/** One after the other with pauses, over the whole run, as many as there is time for. */
export function planFloods(random: Random, windowMs: number): Flood[] {
  const all = rounds.flatMap((round) => shuffled(random, round))
  const chosen = all.slice(0, Math.max(1, Math.floor(windowMs / leastSlotMs)))
  const slotMs = windowMs / chosen.length
  return chosen.map(([name, protocol], i) => {
    const lateMs = random.between(0, Math.floor(slotMs * 0.2))
    const durationMs = random.between(Math.floor(slotMs * 0.5), Math.floor(slotMs * 0.8))
    return { name, protocol, atMs: Math.floor(i * slotMs) + lateMs, durationMs }
  })
}

/** Runs them against the port of the balancer; resolves to what was sent. */
export async function runFloods(
  floods: readonly Flood[],
  { port, ca }: { port: number; ca: string },
  startMs: number,
  say: (line: string) => void,
): Promise<Caller['sent']> {
  const total: Caller['sent'] = {}
  const target = { url: `https://127.0.0.1:${port}`, adminUrl: '', ca }
  for (const { name, protocol, atMs, durationMs } of floods) {
    await sleepUntil(startMs + atMs)
    const at = `${(atMs / 1000).toFixed(1).padStart(6)} s`
    say(`${at}  flood: ${name}, over ${protocol}, for ${(durationMs / 1000).toFixed(1)} s`)
    const attacker = await startAttack({ name, protocol, target, strength, limitMs: durationMs })
    await delay(durationMs)
    await attacker.cease()
    for (const [what, count] of Object.entries(attacker.sent()))
      total[what] = (total[what] ?? 0) + count
    await attacker.stop()
  }
  return total
}

/** The messages of accepted objects and those of hostile ones. */
export function separateHostile(held: readonly StoredMessage[]) {
  const isHostile = ({ subject }: StoredMessage) => subject.split('.').at(-3) === hostileNamespace
  return { own: held.filter((each) => !isHostile(each)), hostile: held.filter(isHostile) }
}

/** What is wrong after the floods of a run. */
export function floodFaults(report: FloodReport | undefined): string[] {
  if (!report) return []
  const { sent, duplicated, highestMb, limitMb } = report
  return [
    ...(Object.keys(sent).length === 0 ? ['the floods sent nothing'] : []),
    ...(duplicated > 0 ? [`${duplicated} duplicates of messages of hostile objects`] : []),
    ...(highestMb >= limitMb ? [`a replica had ${highestMb.toFixed(0)} MB`] : []),
  ]
}
