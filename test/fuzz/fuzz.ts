/**
 * Calls the real service with requests that schemathesis generates from its OpenAPI description, and
 * checks that every response follows the description. SEED selects the random calls, SECONDS is
 * their duration; the other calls take about 15 s.
 */

import { findNatsServer } from '../../hack/lib/nats-server.ts'
import { say, script, spin } from '../../hack/lib/script.ts'
import { align } from '../lib/table.ts'
import { readWholeNumber } from '../lib/whole-number.ts'
import { plans, type Round, runRound } from './round.ts'
import { installSchemathesis } from './schemathesis.ts'

const maximumShown = 10

/** Counts the calls by status. */
function callRows({ calls }: Round): string[][] {
  const rows = Map.groupBy(
    calls,
    ({ method, path, status }) => `${method} ${path} ${status || 'no answer'}`,
  )
  return [...rows].map(([row, own]) => [row, `${own.length}`]).sort()
}

/** The faults of a round, as lines. */
function faultsOf({ calls, found, faults }: Round): string[] {
  const bugs = calls.filter(({ status }) => status >= 500 || status === 0)
  const answers = bugs.map(({ method, path, status }) => `${method} ${path} answered ${status}`)
  const [, failures] = found?.split(/^=+ FAILURES =+$/m) ?? []
  return [...(found ? [failures ?? found] : []), ...[...faults, ...answers].slice(0, maximumShown)]
}

await script(async () => {
  const seconds = readWholeNumber('SECONDS', 45)
  const seed = readWholeNumber('SEED', Math.floor(Math.random() * 1e6), { minimum: 0 })
  const natsServer = await findNatsServer()
  const packages = await spin('installing schemathesis', installSchemathesis)
  say(`seed ${seed}: make fuzz SEED=${seed} SECONDS=${seconds} sends the same calls again`)

  let failed = 0
  for (const plan of plans) {
    const started = performance.now()
    const options = { natsServer, packages, seed, seconds }
    const round = await spin(plan.name, () => runRound(plan, options))
    const took = Math.round((performance.now() - started) / 1000)
    say(`\n${plan.name}: ${round.calls.length} calls in ${took} s`)
    const faults = faultsOf(round)
    for (const line of [
      ...align(callRows(round)),
      `messages in the stream: ${round.stored}`,
      ...faults,
    ])
      say(`  ${line}`)
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
