import { setTimeout as delay } from 'node:timers/promises'
import type { AcceptedFlips } from '../../hack/lib/oracle.ts'
import type { Answer, Cluster } from './cluster.ts'
import type { Scenario } from './scenarios.ts'

/** What the API server accepted: only that has to be in the stream. */
export type Ledger = ReturnType<typeof createLedger>

export function createLedger() {
  return {
    /** By the name of the object. */
    accepted: new Map<string, AcceptedFlips>(),
    /** Flips sent to objects in deletion, and how many of those were accepted all the same. */
    triedInDeletion: 0,
    takenInDeletion: 0,
    /** The longest time by which a step began later than planned. */
    latestMs: 0,
    /** Requests that should have been accepted and were not. */
    refusals: [] as string[],
  }
}

/** Resolves at that moment of this process's clock, at once if it is past. */
export async function sleepUntil(momentMs: number): Promise<void> {
  const ms = momentMs - performance.now()
  if (ms > 0) await delay(ms)
}

/** Runs all scenarios, each step at its time or as soon as the one before is done. */
export async function runScenarios(
  scenarios: readonly Scenario[],
  cluster: Cluster,
  startMs: number,
  ledger: Ledger,
): Promise<void> {
  async function run({ name, steps }: Scenario): Promise<void> {
    const own: AcceptedFlips = ledger.accepted.get(name) ?? { uid: '', letters: '' }
    const note = (what: string, letters: string, answer: Answer) => {
      if (answer.accepted) own.letters += letters
      else ledger.refusals.push(`${what} ${name}: ${answer.why}`)
      return answer
    }
    for (const step of steps) {
      await sleepUntil(startMs + step.atMs)
      ledger.latestMs = Math.max(ledger.latestMs, performance.now() - startMs - step.atMs)
      if (step.act === 'create') {
        const answer = note('create', step.letters, await cluster.create(name, step.letters))
        if (!answer.accepted) return
        own.uid = answer.uid
        ledger.accepted.set(name, own)
      } else if (step.act === 'append')
        note('append', step.letters, await cluster.append(name, step.letters))
      else if (step.act === 'delete') note('delete', '', await cluster.remove(name))
      else {
        const answer = await cluster.append(name, step.letters)
        ledger.triedInDeletion += 1
        if (!answer.accepted) continue
        ledger.takenInDeletion += 1
        own.letters += step.letters
      }
    }
  }
  await Promise.all(scenarios.map(run))
}
