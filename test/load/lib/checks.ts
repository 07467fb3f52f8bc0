/** One line of a result: what was measured, and the goal if there is one. */
export interface Check {
  what: string
  measured: string
  goal?: string
  isReached?: boolean
}

/** A measurement without a goal. */
export function fact(what: string, measured: string): Check {
  return { what, measured }
}

/** A measurement with a goal. */
export function goal(what: string, measured: string, goal: string, isReached: boolean): Check {
  return { what, measured, goal, isReached }
}

/** The checks whose goal was missed. */
export function missed(checks: readonly Check[]): Check[] {
  return checks.filter(({ isReached }) => isReached === false)
}

export const columns = ['', 'measured', 'goal', 'reached'] as const

export function rowsOf(checks: readonly Check[]): string[][] {
  return checks.map(({ what, measured, goal = '', isReached }) => {
    const mark = isReached === undefined ? '' : isReached ? 'yes' : 'NO'
    return [what, measured, goal, mark]
  })
}
