import t from 'tap'
import { natsServer } from '../lib/scratch.ts'
import { reportLines } from './report-rows.ts'
import { run } from './run.ts'
import { faultKinds, short } from './run-size.ts'
import { simulateCluster } from './simulate-cluster.ts'

const seed = Number(process.env.SEED || Math.floor(Math.random() * 1e6))
t.comment(`SEED=${seed} runs the same plan again`)

t.test('stores every run of three tails once under faults', { timeout: 60_000 }, async (t) => {
  const report = await run({
    seed,
    size: short,
    natsServer: natsServer(),
    startCluster: simulateCluster,
    say: () => {},
  })
  for (const line of reportLines(report)) t.comment(line)

  const { verdict, ledger, faults, calls } = report
  t.ok(verdict.expected > short.milestones * 0.9, 'there are enough milestones')
  for (const kind of faultKinds) {
    const count = faults.filter((fault) => fault.kind === kind).length
    t.equal(count, short.faults[kind].count, `${kind}, as often as planned`)
  }
  t.ok(calls.failures > 0, 'the faults make calls fail')
  t.same(ledger.refusals, [], 'the API server accepts every flip')
  t.equal(ledger.triedInDeletion, short.deleted)
  t.equal(ledger.takenInDeletion, 0, 'except for objects in deletion')

  t.same(verdict.lost, [], 'no message is lost')
  t.same(verdict.duplicated, [], 'none is stored twice')
  t.same(verdict.disordered, [], 'those of an object are in order')
  t.same(verdict.unexpected, [], 'there are no others')
  t.same(report.unhealthy, [], 'each object is ready with the right counts, each deleted one gone')
  t.same(report.errors, [], 'the service logs no error and ends only when it is told to')
})
