import t from 'tap'
import { thirdTails } from '../../hack/lib/oracle.ts'
import { createRandom } from '../lib/random.ts'
import { planFaults } from './plan-faults.ts'
import { faultKinds, full, type RunSize, short } from './run-size.ts'
import { planScenarios, type Scenario } from './scenarios.ts'

function planOf(seed: number, size: RunSize) {
  const faults = planFaults(createRandom(seed, 'faults'), size)
  return { faults, scenarios: planScenarios(createRandom(seed, 'stories'), size, faults) }
}
const lettersOf = ({ steps }: Scenario) =>
  steps.map((step) => (step.act === 'create' || step.act === 'append' ? step.letters : '')).join('')

t.test('plans the same for the same seed', async (t) => {
  t.same(planOf(1, short), planOf(1, short), 'the same again')
  t.not(JSON.stringify(planOf(1, short)), JSON.stringify(planOf(2, short)), 'another for another')
})

for (const [name, size] of Object.entries({ short, full }))
  t.test(`plans a ${name} run as its size says`, async (t) => {
    const { faults, scenarios } = planOf(7, size)
    for (const kind of faultKinds)
      t.equal(faults.filter((fault) => fault.kind === kind).length, size.faults[kind].count, kind)
    t.equal(scenarios.length, size.objects)
    const milestones = scenarios.map((scenario) => thirdTails(lettersOf(scenario)).length)
    const sum = milestones.reduce((a, b) => a + b, 0)
    t.ok(Math.abs(sum / size.milestones - 1) < 0.15, `${sum} milestones, about as many as wanted`)
    t.ok(
      scenarios.every(({ steps }) =>
        steps.every(({ atMs }, i) => atMs >= (steps[i - 1]?.atMs ?? 0)),
      ),
      'the steps of each scenario are in the order of their times',
    )
    t.ok(scenarios.every(({ steps }) => steps[0]?.act === 'create'))
    const deletions = scenarios.filter(({ steps }) => steps.some(({ act }) => act === 'delete'))
    t.equal(deletions.length, size.deleted + size.shortLived)
  })
