type Labels = Readonly<Record<string, string>>

/** One requirement of a label selector, as in `a=b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`. */
function meets(requirement: string, labels: Labels): boolean {
  const [, key = '', operator, list = ''] =
    /^\s*(\S+?)\s+(in|notin)\s*\(([^)]*)\)\s*$/.exec(requirement) ?? []
  if (operator) {
    const values = list.split(',').map((value) => value.trim())
    const among = key in labels && values.includes(labels[key] ?? '')
    return operator === 'in' ? among : !among
  }
  const [, name = '', equals, value = ''] =
    /^\s*(.+?)\s*(!=|==?)\s*(.*?)\s*$/.exec(requirement) ?? []
  if (equals === '!=') return labels[name] !== value
  if (equals) return labels[name] === value
  const text = requirement.trim()
  return text.startsWith('!') ? !(text.slice(1).trim() in labels) : text in labels
}

/** Whether a label selector selects an object with these labels; the empty one selects all. */
export function selects(selector: string, labels: Labels): boolean {
  if (selector.trim() === '') return true
  // Commas also separate the values in parentheses.
  return selector.split(/,(?![^(]*\))/).every((requirement) => meets(requirement, labels))
}
