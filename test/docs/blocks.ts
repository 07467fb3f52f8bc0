/**
 * A step of a page that is tried. Beside the code blocks there are remarks that readers do not see:
 * `<!-- test: Ctrl-C make dev -->` ends what stays, `<!-- test: part NAME -->` begins a part that
 * needs something, `<!-- test: again -->` repeats the next command until it shows what the page
 * shows, `<!-- test: time NAME -->` notes how long it took to here from the first command or the
 * note before; without a name it only begins anew.
 */
export type Step = { line: number } & (
  | { kind: 'run'; text: string; again: boolean }
  /** A command that runs until Ctrl-C, in a terminal of its own. */
  | { kind: 'stay'; text: string }
  | { kind: 'show'; text: string }
  | { kind: 'patch'; text: string }
  | { kind: 'end'; text: string }
  | { kind: 'part'; name: string }
  | { kind: 'time'; name: string }
)

const block = /^```(\S*) ?(.*)\n([\s\S]*?)^```$|^<!-- test: (Ctrl-C|part|again|time) ?(.*) -->$/gm

/** What there is to do in a page, from its top to its end. */
export function stepsOf(page: string): Step[] {
  const steps: Step[] = []
  let again = false
  for (const found of page.matchAll(block)) {
    const [, language, how, text = '', remark, words = ''] = found as (string | undefined)[]
    const line = page.slice(0, found.index).split('\n').length
    if (remark === 'again') again = true
    else if (remark === 'part' || remark === 'time') steps.push({ kind: remark, line, name: words })
    else if (remark === 'Ctrl-C') steps.push({ kind: 'end', line, text: words })
    else if (language === 'text') steps.push({ kind: 'show', line, text })
    else if (language === 'diff') steps.push({ kind: 'patch', line, text })
    else if (language === 'sh' && how === 'stays') steps.push({ kind: 'stay', line, text })
    else if (language === 'sh') {
      steps.push({ kind: 'run', line, text, again })
      again = false
    }
  }
  return steps
}

/** The steps by the parts of the page; what stands before the first part needs nothing. */
export function partsOf(steps: readonly Step[]): { name: string; steps: Step[] }[] {
  const parts: { name: string; steps: Step[] }[] = [{ name: '', steps: [] }]
  for (const step of steps)
    if (step.kind === 'part') parts.push({ name: step.name, steps: [] })
    else parts.at(-1)?.steps.push(step)
  return parts.filter(({ steps }) => steps.length > 0)
}
