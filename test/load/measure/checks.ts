/** One line of a result: what was measured, and, if anything was to be reached, whether it was. */
export interface Check {
  what: string
  measured: string
  goal?: string
  reached?: boolean
}

/** A line that is only told. */
export function fact(what: string, measured: string): Check {
  return { what, measured }
}

export function goal(what: string, measured: string, goal: string, reached: boolean): Check {
  return { what, measured, goal, reached }
}

/** The lines whose goal was missed. */
export function missed(checks: readonly Check[]): Check[] {
  return checks.filter(({ reached }) => reached === false)
}

export const heads = ['', 'measured', 'goal', 'reached'] as const

export function rowsOf(checks: readonly Check[]): string[][] {
  return checks.map(({ what, measured, goal = '', reached }) => {
    const mark = reached === undefined ? '' : reached ? 'yes' : 'NO'
    return [what, measured, goal, mark]
  })
}
