import { setTimeout as delay } from 'node:timers/promises'
import type { Held } from '../../hack/demo/verdict.ts'
import { startAttack } from '../lib/hostile/attacker.ts'
import type { AttackName } from '../lib/hostile/attacks.ts'
import { hostileNamespace } from '../lib/hostile/bodies.ts'
import type { Caller, Protocol } from '../lib/hostile/caller.ts'
import type { Random } from '../lib/random.ts'
import { until } from './tell.ts'

/** A while in which hostile callers are at work, beside all other faults. */
export interface Flood {
  name: AttackName
  protocol: Protocol
  /** From the start of the run. */
  atMs: number
  lastsMs: number
}

/** What the floods of a run came to. */
export interface FloodReport {
  count: number
  /** What they sent, by name. */
  sent: Caller['sent']
  /** Messages about hostile objects, and how many of them are there twice. */
  stored: number
  doubled: number
  /** Of a replica, at most, and what it may have. */
  highestMb: number
  limitMb: number
}

/** By what they are about; hooks have to speak https for these. */
const mix: Record<string, readonly (readonly [AttackName, Protocol])[]> = {
  bodies: [
    ['30 large bodies, caller leaves', 'TLS'],
    ['30 large bodies, caller leaves', 'HTTP/2'],
  ],
  windows: [
    ['window of 0, /sync', 'HTTP/2'],
    ['answers never read', 'HTTP/2'],
  ],
  halves: [
    ['POSTs whose answers are not taken', 'HTTP/2'],
    ['bodies announced, not sent', 'TLS'],
    ['bodies without an end', 'HTTP/2'],
  ],
  resets: [
    ['rapid reset', 'HTTP/2'],
    ['reset after the end', 'HTTP/2'],
    ['MadeYouReset', 'HTTP/2'],
  ],
  cuts: [
    ['HEADERS without END_HEADERS', 'HTTP/2'],
    ['connections that stop in the middle', 'TLS'],
  ],
}
/** They share a machine with all processes of the run, which are to be at work as well. */
const strength = 0.5
/** A shorter one is over before it is felt. */
const leastSlotMs = 2_000

function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const left = [...list]
  return list.flatMap(() => left.splice(random.between(0, left.length - 1), 1))
}

/**
 * One after the other with pauses, over the whole run: one of each class in random order, then the
 * next of each, as many as there is time for.
 */
export function planFloods(random: Random, windowMs: number): Flood[] {
  const classes = Object.values(mix).map((attacks) => shuffled(random, attacks))
  const rounds = Math.max(...classes.map(({ length }) => length))
  const all = Array.from({ length: rounds }, (_, round) =>
    shuffled(
      random,
      classes.flatMap((attacks) => attacks.slice(round, round + 1)),
    ),
  ).flat()
  const chosen = all.slice(0, Math.max(1, Math.floor(windowMs / leastSlotMs)))
  const slotMs = windowMs / chosen.length
  return chosen.map(([name, protocol], i) => {
    const lateMs = random.between(0, Math.floor(slotMs * 0.2))
    const lastsMs = random.between(Math.floor(slotMs * 0.5), Math.floor(slotMs * 0.8))
    return { name, protocol, atMs: Math.floor(i * slotMs) + lateMs, lastsMs }
  })
}

/** Plays them against a port behind which all replicas are; answers what was sent. */
export async function playFloods(
  floods: readonly Flood[],
  { port, ca }: { port: number; ca: string },
  startMs: number,
  say: (line: string) => void,
): Promise<Caller['sent']> {
  const total: Caller['sent'] = {}
  const target = { url: `https://127.0.0.1:${port}`, adminUrl: '', ca }
  for (const { name, protocol, atMs, lastsMs } of floods) {
    await until(startMs + atMs)
    const at = `${(atMs / 1000).toFixed(1).padStart(6)} s`
    say(`${at}  flood: ${name}, over ${protocol}, for ${(lastsMs / 1000).toFixed(1)} s`)
    const attacker = await startAttack({ name, protocol, target, strength, limitMs: lastsMs })
    await delay(lastsMs)
    await attacker.cease()
    for (const [what, count] of Object.entries(attacker.sent))
      total[what] = (total[what] ?? 0) + count
    await attacker.stop()
  }
  return total
}

/** What the stream holds of objects that were accepted, and what of hostile ones. */
export function partHostile(held: readonly Held[]): { own: Held[]; hostile: Held[] } {
  const isHostile = ({ subject }: Held) => subject.split('.').at(-3) === hostileNamespace
  return { own: held.filter((each) => !isHostile(each)), hostile: held.filter(isHostile) }
}

/** What is wrong with a run's floods. */
export function floodFaults(report: FloodReport | undefined): string[] {
  if (!report) return []
  const { sent, doubled, highestMb, limitMb } = report
  return [
    ...(Object.keys(sent).length === 0 ? ['the floods sent nothing'] : []),
    ...(doubled > 0 ? [`${doubled} messages of hostile objects are there twice`] : []),
    ...(highestMb >= limitMb ? [`a replica had ${highestMb.toFixed(0)} MB`] : []),
  ]
}
