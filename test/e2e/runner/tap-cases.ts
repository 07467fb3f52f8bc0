/** A case as TAP tells of it. */
export interface Case {
  theme: string
  name: string
  result: 'passed' | 'failed' | 'skipped'
  seconds: number
  /** Why it was skipped. */
  reason: string
  /** Everything that was written since the case before, if it failed. */
  output: string[]
}

const resultLine = /^( {4})?(not )?ok \d+ - (.*?)(?: # (time|SKIP)[= ]?(.*?)(?:ms)?)?$/
const themeLine = /^# Subtest: (.*)$/

/**
 * Reads raw TAP in which each theme is a test and each case a test of that, line by line, and
 * hands on each case at its end. What it answers at the end are the lines after the last one.
 */
export function readCases(found: (each: Case) => void) {
  let theme = ''
  let hasFailed = false
  let held: string[] = []

  function tell(name: string, failed: boolean, kind = '', value = ''): void {
    const skipped = kind === 'SKIP'
    hasFailed ||= failed
    found({
      theme,
      name,
      result: failed ? 'failed' : skipped ? 'skipped' : 'passed',
      seconds: kind === 'time' ? Number(value) / 1000 : 0,
      reason: skipped ? value : '',
      output: failed ? held : [],
    })
    held = []
  }
  return {
    line(text: string): void {
      const begun = themeLine.exec(text)?.[1]
      if (begun !== undefined) {
        theme = begun
        hasFailed = false
        held = []
      }
      held.push(text)
      const [line, isCase, not, name = '', kind, value] = resultLine.exec(text) ?? []
      if (line === undefined) return
      if (isCase) tell(name, not !== undefined, kind, value)
      else if (not && !hasFailed) tell('what is around its cases ends well', true, kind, value)
    },
    rest: () => held,
  }
}
