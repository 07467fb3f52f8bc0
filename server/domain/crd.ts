import { CoinFlipSpec } from './coinflip.ts'

/**
 * Two forms of the rule that a history begins with the stored one. `slice` needs Kubernetes 1.35.
 * `all`, flip by flip, works from 1.33 on; an append to 9,900 flips takes 244-338 ms with it instead
 * of 56-84 ms.
 */
export const appendOnlyRules = {
  slice: 'size(self) >= size(oldSelf) && self.slice(0, size(oldSelf)) == oldSelf',
  all: 'size(self) >= size(oldSelf) && oldSelf.all(i, flip, self[i] == flip)',
} as const

const appendOnly = {
  rule: appendOnlyRules.slice,
  // Not a messageExpression with the counts: the API server estimates its cost as unbounded.
  message:
    'flips can only be appended: send the stored ones first, all of them and in their order, ' +
    'and new ones after them',
}

const conditionColumn = (name: string, type: string, field: 'status' | 'reason') => ({
  name,
  type: 'string' as const,
  description: `The ${field} of the condition ${type}.`,
  jsonPath: `.status.conditions[?(@.type=="${type}")].${field}`,
  priority: field === 'reason' ? 1 : undefined,
})

const statusColumn = (name: string, type: 'integer' | 'string', path: string, about: string) => ({
  name,
  type,
  description: about,
  jsonPath: `.status.${path}`,
})

/** Columns of `kubectl get`; those of priority 1 only with `-o wide`. */
const columns = [
  statusColumn('Flips', 'integer', 'flips', 'Number of flips.'),
  statusColumn('Streak', 'string', 'streak.face', 'Face of the run at the end of the history.'),
  statusColumn('Length', 'integer', 'streak.length', 'Length of that run.'),
  statusColumn('Milestones', 'integer', 'milestones', 'Runs of tails that reached three.'),
  statusColumn('Notifications', 'integer', 'notifications', 'Acknowledged milestones.'),
  conditionColumn('Ready', 'Ready', 'status'),
  conditionColumn('Reason', 'Ready', 'reason'),
  conditionColumn('ThreeTails', 'ThreeTails', 'reason'),
  conditionColumn('Notified', 'Notified', 'reason'),
  {
    name: 'Age',
    type: 'date' as const,
    description: 'Time since the object was created.',
    jsonPath: '.metadata.creationTimestamp',
  },
]

/** Adds to the schema of the spec the rule that needs the stored flips, which the API server has. */
function buildSpecSchema() {
  const { flips, ...others } = CoinFlipSpec.properties
  return {
    ...CoinFlipSpec,
    properties: { ...others, flips: { ...flips, 'x-kubernetes-validations': [appendOnly] } },
  }
}

/** What the CustomResourceDefinition has besides the schemas in coinflip.ts. */
export const crd = {
  description: 'The history of one coin; three tails in a row become a notification.',
  shortNames: ['cf'],
  // Not `all`: `kubectl delete all --all` would delete histories that nothing restores.
  categories: ['games'],
  columns,
  spec: buildSpecSchema(),
}
