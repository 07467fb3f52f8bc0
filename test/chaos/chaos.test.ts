import t from 'tap'
import { playWorld } from './played/world.ts'
import { reportLines } from './report-lines.ts'
import { run } from './run.ts'
import { faultKinds, short } from './size.ts'

const natsServer = process.env.NATS_SERVER_BIN
if (!natsServer)
  throw new Error('NATS_SERVER_BIN is not set; `npm test` brings a nats-server and sets it')

const seed = Number(process.env.SEED || Math.floor(Math.random() * 1e6))
t.comment(`SEED=${seed} runs the same plan again`)

t.test('whatever dies, every run of three tails is stored once', { timeout: 60_000 }, async (t) => {
  const report = await run({ seed, size: short, natsServer, startWorld: playWorld, say: () => {} })
  for (const line of reportLines(report)) t.comment(line)

  const { verdict, ledger, faults, tally } = report
  t.ok(verdict.expected > short.milestones * 0.9, 'enough happened')
  for (const kind of faultKinds) {
    const done = faults.filter((fault) => fault.kind === kind).length
    t.equal(done, short.faults[kind].count, `${kind}, as often as planned`)
  }
  t.ok(tally.failures > 0, 'and it was felt')
  t.same(ledger.refusals, [], 'the API server took every flip')
  t.equal(ledger.triedInDeletion, short.deleted)
  t.equal(ledger.takenInDeletion, 0, 'but those on objects in deletion')

  t.same(verdict.lost, [], 'no message is lost')
  t.same(verdict.doubled, [], 'none is there twice')
  t.same(verdict.disordered, [], 'those of an object are in order')
  t.same(verdict.strange, [], 'and there is none beyond them')
  t.same(report.ailing, [], 'each object is ready with the right counts, each deleted one gone')
  t.same(report.complaints, [], 'the service logged no error and ended only when it was told to')
})
