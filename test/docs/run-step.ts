import { setTimeout as delay } from 'node:timers/promises'
import { isShown } from './is-shown.ts'
import type { Step } from './page-steps.ts'
import type { Screen, Terminals } from './terminal.ts'

/** The output of the last command, in which to look for what the page shows. */
interface LastOutput {
  screen: Screen
  whole: boolean
}

const commandLimitMs = 1_500_000
// The dependencies may have to come first.
const showLimitMs = 300_000
const lookLimitMs = 20_000
const pollMs = 50

const indent = (text: string) => text.trimEnd().replace(/^/gm, '    ')

/** Waits for what the page shows; resolves to a fault when something else was printed. */
async function findDifference(
  shown: string,
  last: LastOutput,
  limitMs = showLimitMs,
): Promise<string | undefined> {
  const deadline = performance.now() + limitMs
  const { screen, whole } = last
  while (!isShown(shown, screen.text, { whole })) {
    if (screen.code !== undefined || performance.now() > deadline)
      return `the page shows\n${indent(shown)}\n  it printed\n${indent(screen.text)}`
    await delay(pollMs)
  }
  return undefined
}

/** Runs the steps of a page one by one; each resolves to a fault if there is one. */
export function stepRunner(terminals: Terminals) {
  let last: LastOutput | undefined

  return async (step: Step, next?: Step): Promise<string | undefined> => {
    switch (step.kind) {
      case 'run': {
        const screen = await terminals.run(step.text, commandLimitMs)
        last = { screen, whole: true }
        if (screen.code === 0) return undefined
        return `exit code ${screen.code}\n${indent(screen.text)}`
      }
      case 'stay':
        last = { screen: terminals.stay(step.text), whole: false }
        return undefined
      case 'end': {
        const before = terminals.screenOf(step.text)
        // Before Ctrl-C, as a reader looks first.
        if (before && next?.kind === 'show')
          await findDifference(next.text, { screen: before, whole: false }, lookLimitMs)
        const screen = await terminals.interrupt(step.text)
        if (!screen) return `nothing runs that was started by ${step.text}`
        // Without the line that make itself prints on Ctrl-C.
        const text = screen.text.replace(/^make.* Interrupt\n/gm, '')
        last = { screen: { ...screen, text }, whole: true }
        return undefined
      }
      case 'show':
        return last ? findDifference(step.text, last) : 'there is no command before it'
      case 'part':
        return undefined
    }
  }
}
