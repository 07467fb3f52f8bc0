import t from 'tap'
import { selects } from '../../../hack/kube/selector.ts'
import { hostLabels, hostSelector, otherSelector } from '../../../hack/metacontroller/composite.ts'

const labels = { team: 'a', stage: 'test' }

for (const [selector, taken] of [
  ['', true],
  ['team=a', true],
  ['team==a', true],
  ['team=b', false],
  ['other=a', false],
  ['team!=a', false],
  ['team!=b', true],
  ['other!=a', true],
  ['team in (a, b)', true],
  ['team in (b)', false],
  ['other in (a)', false],
  ['team notin (b,c)', true],
  ['other notin (a)', true],
  ['team', true],
  ['other', false],
  ['!other', true],
  ['! team', false],
  ['team in (a,b),stage=test', true],
  ['team in (a,b),stage!=test', false],
  [' team = a , stage ', true],
] as const)
  t.equal(selects(selector, labels), taken, `'${selector}' ${taken ? 'takes' : 'leaves'} it`)

t.test(
  'the selector of `run` selects its objects, and the other selector excludes them',
  async (t) => {
    t.ok(selects(hostSelector, hostLabels))
    t.notOk(selects(otherSelector, hostLabels))
    t.ok(selects(otherSelector, { 'app.kubernetes.io/part-of': 'coinflip-operator' }))
  },
)
