/** A metric of an expression, with its label matchers. */
export interface Selector {
  metric: string
  /** The value as written. */
  text: string
  matchers: { label: string; operator: string; value: string }[]
}

const keywords = new Set(['and', 'or', 'unless', 'by', 'on', 'bool', 'without', 'ignoring'])
const grouping = /\b(?:by|on|without|ignoring)\s*\(([^)]*)\)/g

/** Finds the metrics of an expression, without durations and functions. */
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

/** Finds the labels that an expression groups by. */
export function groupedBy(expr: string): string[] {
  return [...expr.matchAll(grouping)].flatMap(([, labels = '']) =>
    labels.split(',').flatMap((label) => label.trim() || []),
  )
}
