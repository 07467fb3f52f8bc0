import t from 'tap'
import { thirdTails } from '../lib/oracle.ts'
import { createRandom } from '../lib/random.ts'
import { planFaults } from './faults.ts'
import { faultKinds, full, type Size, short } from './size.ts'
import { planStories, type Story } from './stories.ts'

function planOf(seed: number, size: Size) {
  const faults = planFaults(createRandom(seed, 'faults'), size)
  return { faults, stories: planStories(createRandom(seed, 'stories'), size, faults) }
}
const lettersOf = ({ steps }: Story) =>
  steps.map((step) => (step.act === 'create' || step.act === 'append' ? step.letters : '')).join('')

t.test('a seed is a plan', async (t) => {
  t.same(planOf(1, short), planOf(1, short), 'the same again')
  t.not(JSON.stringify(planOf(1, short)), JSON.stringify(planOf(2, short)), 'another for another')
})

for (const [name, size] of Object.entries({ short, full }))
  t.test(`the ${name} plan holds what its size says`, async (t) => {
    const { faults, stories } = planOf(7, size)
    for (const kind of faultKinds)
      t.equal(faults.filter((fault) => fault.kind === kind).length, size.faults[kind].count, kind)
    t.equal(stories.length, size.objects)
    const milestones = stories.map((story) => thirdTails(lettersOf(story)).length)
    const sum = milestones.reduce((a, b) => a + b, 0)
    t.ok(Math.abs(sum / size.milestones - 1) < 0.15, `${sum} milestones, about as many as wanted`)
    t.ok(
      stories.every(({ steps }) => steps.every(({ atMs }, i) => atMs >= (steps[i - 1]?.atMs ?? 0))),
      'the steps of each life are in the order of their times',
    )
    t.ok(stories.every(({ steps }) => steps[0]?.act === 'create'))
    const deletions = stories.filter(({ steps }) => steps.some(({ act }) => act === 'delete'))
    t.equal(deletions.length, size.deleted + size.shortLived)
  })
