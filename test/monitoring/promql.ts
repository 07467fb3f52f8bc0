/** A metric that an expression asks for, with its conditions on labels. */
export interface Selector {
  metric: string
  /** As it stands there. */
  text: string
  matchers: { label: string; operator: string; value: string }[]
}

const keywords = new Set(['and', 'or', 'unless', 'by', 'on', 'bool', 'without', 'ignoring'])
const grouping = /\b(?:by|on|without|ignoring)\s*\(([^)]*)\)/g

/** The metrics that an expression asks for. Durations and functions are no metrics. */
export function selectorsOf(expr: string): Selector[] {
  const found = expr
    .replace(grouping, '')
    .matchAll(/(?<![\w.:$"])([a-z_:][\w:]*)\s*(\{[^}]*\})?(?!\w*\s*\()/gi)
  return [...found]
    .filter(([, metric = '']) => !keywords.has(metric) && !expr.includes(`${metric}(`))
    .map(([text, metric = '', braces = '']) => ({
      metric,
      text: text.trim(),
      matchers: [...braces.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g)].map(
        ([, label = '', operator = '', value = '']) => ({ label, operator, value }),
      ),
    }))
}

/** The labels that an expression groups by. */
export function groupedBy(expr: string): string[] {
  return [...expr.matchAll(grouping)].flatMap(([, labels = '']) =>
    labels.split(',').flatMap((label) => label.trim() || []),
  )
}
