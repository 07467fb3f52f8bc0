/**
 * Calls the real service with requests that schemathesis generates from its OpenAPI description, and
 * checks that every response follows the description. SEED selects the random calls, SECONDS is
 * their duration; the other calls take about 15 s.
 */

import { findNatsServer } from '../../hack/lib/nats-server.ts'
import { say, script, spin, warn } from '../../hack/lib/script.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { align } from '../lib/table.ts'
import { plans, type Round, runRound } from './round.ts'
import { installSchemathesis } from './schemathesis.ts'

const maximumShown = 10

function wholeNumber(name: string, byDefault: number, minimum: number): number {
  const text = process.env[name] || String(byDefault)
  if (!/^\d{1,9}$/.test(text) || Number(text) < minimum)
    throw new UserError(`fuzz: ${name}=${text} must be a whole number from ${minimum} on`)
  return Number(text)
}

/** Counts the calls by status. */
function callRows({ calls }: Round): string[][] {
  const counts = new Map<string, number>()
  for (const { method, path, status } of calls) {
    const row = `${method} ${path} ${status || 'no answer'}`
    counts.set(row, (counts.get(row) ?? 0) + 1)
  }
  return [...counts].sort(([a], [b]) => a.localeCompare(b)).map(([row, n]) => [row, String(n)])
}

/** The faults of a round, as lines. */
function faultsOf({ calls, verdict, found, faults }: Round): string[] {
  const all = [...faults, ...verdict.faults]
  const bugs = calls.filter(({ status }) => status >= 500 || status === 0)
  for (const { method, path, status } of bugs) all.push(`${method} ${path} answered ${status}`)
  const [, failures] = found?.split(/^=+ FAILURES =+$/m) ?? []
  return [...(found ? [failures ?? found] : []), ...all.slice(0, maximumShown)]
}

await script(async () => {
  const seconds = wholeNumber('SECONDS', 45, 1)
  const seed = wholeNumber('SEED', Math.floor(Math.random() * 1e6), 0)
  const natsServer = await spin('getting a NATS server', () => findNatsServer({ say: warn }))
  if (!natsServer) return 1
  const packages = await spin('installing schemathesis', () => installSchemathesis(warn))
  say(`seed ${seed}: make fuzz SEED=${seed} SECONDS=${seconds} sends the same calls again`)

  let failed = 0
  for (const plan of plans) {
    const started = performance.now()
    const round = await spin(plan.name, () =>
      runRound(plan, { natsServer, packages, seed, seconds }),
    )
    const { calls, verdict } = round
    const took = Math.round((performance.now() - started) / 1000)
    say()
    say(`${plan.name}: ${calls.length} calls in ${took} s`)
    for (const line of align(callRows(round))) say(`  ${line}`)
    say(`  messages in the stream: ${verdict.stored}`)
    const faults = faultsOf(round)
    for (const fault of faults) say(`  ${fault}`)
    failed += faults.length
  }
  say()
  say(
    failed
      ? 'FAILED'
      : 'no 500, no response outside the description; each message stored once, for a call',
  )
  return failed ? 1 : 0
})
