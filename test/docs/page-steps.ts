/**
 * A step of a page: a code block, or a remark that readers do not see. `<!-- test: Ctrl-C make dev -->`
 * ends a command that stays, `<!-- test: part NAME -->` begins a part with requirements.
 */
export type Step = { line: number } & (
  | { kind: 'run'; text: string }
  /** A command that runs until Ctrl-C, in a terminal of its own. */
  | { kind: 'stay'; text: string }
  | { kind: 'show'; text: string }
  | { kind: 'end'; text: string }
  | { kind: 'part'; name: string }
)

const block = /^```(\S*) ?(.*)\n([\s\S]*?)^```$|^<!-- test: (Ctrl-C|part) (.*) -->$/gm

/** The steps of a page, from its top to its end. */
export function stepsOf(page: string): Step[] {
  const steps: Step[] = []
  for (const found of page.matchAll(block)) {
    const [, language, how, text = '', remark, words = ''] = found as (string | undefined)[]
    const line = page.slice(0, found.index).split('\n').length
    if (remark === 'part') steps.push({ kind: 'part', line, name: words })
    else if (remark === 'Ctrl-C') steps.push({ kind: 'end', line, text: words })
    else if (language === 'text') steps.push({ kind: 'show', line, text })
    else if (language === 'sh') steps.push({ kind: how === 'stays' ? 'stay' : 'run', line, text })
  }
  return steps
}

/** The steps by the parts of the page; those before the first part have no requirements. */
export function partsOf(steps: readonly Step[]): { name: string; steps: Step[] }[] {
  const parts: { name: string; steps: Step[] }[] = [{ name: '', steps: [] }]
  for (const step of steps)
    if (step.kind === 'part') parts.push({ name: step.name, steps: [] })
    else parts.at(-1)?.steps.push(step)
  return parts.filter(({ steps }) => steps.length > 0)
}
