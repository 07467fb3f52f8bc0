import { setTimeout as delay } from 'node:timers/promises'
import type { Accepted } from '../lib/oracle.ts'
import type { Story } from './stories.ts'
import type { Answer, World } from './world.ts'

/** What the API server accepted, which alone is what the stream has to hold. */
export interface Ledger {
  /** By the name of the object. */
  accepted: Map<string, Accepted>
  /** Flips tried on objects in deletion, and how many of those were let in all the same. */
  triedInDeletion: number
  takenInDeletion: number
  /** How far behind its time in the plan a step was begun, at most. */
  latestMs: number
  /** Requests that should have been accepted and were not. */
  refusals: string[]
}

export function openLedger(): Ledger {
  return { accepted: new Map(), triedInDeletion: 0, takenInDeletion: 0, latestMs: 0, refusals: [] }
}

/** Resolves at that moment of this process's clock, at once if it is past. */
export async function until(momentMs: number): Promise<void> {
  const ms = momentMs - performance.now()
  if (ms > 0) await delay(ms)
}

/** Plays the lives of all objects, each step at its time or as soon as the one before is done. */
export async function tellAll(
  stories: readonly Story[],
  world: World,
  startMs: number,
  ledger: Ledger,
): Promise<void> {
  async function tell({ name, steps }: Story): Promise<void> {
    const own: Accepted = ledger.accepted.get(name) ?? { uid: '', letters: '' }
    const take = (what: string, letters: string, answer: Answer) => {
      if (answer.accepted) own.letters += letters
      else ledger.refusals.push(`${what} ${name}: ${answer.why}`)
      return answer
    }
    for (const step of steps) {
      await until(startMs + step.atMs)
      ledger.latestMs = Math.max(ledger.latestMs, performance.now() - startMs - step.atMs)
      if (step.act === 'create') {
        const answer = take('create', step.letters, await world.create(name, step.letters))
        if (!answer.accepted) return
        own.uid = answer.uid
        ledger.accepted.set(name, own)
      } else if (step.act === 'append')
        take('append', step.letters, await world.append(name, step.letters))
      else if (step.act === 'delete') take('delete', '', await world.remove(name))
      else {
        const answer = await world.append(name, step.letters)
        ledger.triedInDeletion += 1
        if (!answer.accepted) continue
        ledger.takenInDeletion += 1
        own.letters += step.letters
      }
    }
  }
  await Promise.all(stories.map(tell))
}
