import type { LabelExpression, LabelSelector } from '../kube.ts'

type Labels = Readonly<Record<string, string>>

function matchesExpression({ key, operator, values = [] }: LabelExpression, labels: Labels) {
  const value = labels[key]
  if (operator === 'Exists') return value !== undefined
  if (operator === 'DoesNotExist') return value === undefined
  const isOneOf = value !== undefined && values.includes(value)
  return operator === 'In' ? isOneOf : !isOneOf
}

/** Whether labels match a selector; without a selector all do. */
export function matchesLabels(selector: LabelSelector | undefined, labels: Labels = {}): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {}
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every((expression) => matchesExpression(expression, labels))
  )
}
