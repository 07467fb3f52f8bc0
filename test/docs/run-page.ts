import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../hack/lib/root.ts'
import { say } from '../../hack/lib/script.ts'
import { poll } from '../../hack/lib/wait-for.ts'
import { isShown } from './is-shown.ts'
import { partsOf, type Step, stepsOf } from './page-steps.ts'
import { preparePart } from './prepare-part.ts'
import type { Screen, Terminals } from './terminal.ts'

const commandLimitMs = 1_500_000
// The dependencies may have to come first.
const showLimitMs = 300_000
const lookLimitMs = 20_000

const indent = (text: string) => text.trimEnd().replace(/^/gm, '    ')

/** Waits for what the page shows; resolves to a fault when something else was printed. */
async function findDifference(
  shown: string,
  screen: Screen,
  whole: boolean,
  timeoutMs = showLimitMs,
): Promise<string | undefined> {
  const found = () => isShown(shown, screen.text, { whole })
  await poll(() => screen.code !== undefined || found(), { timeoutMs })
  if (found()) return undefined
  return `the page shows\n${indent(shown)}\n  it printed\n${indent(screen.text)}`
}

/** Runs the steps of a page one by one; each resolves to a fault if there is one. */
function stepRunner(terminals: Terminals) {
  // Of the last command; `whole` when it has ended.
  let last: { screen: Screen; whole: boolean } | undefined

  return async (step: Step, next?: Step): Promise<string | undefined> => {
    switch (step.kind) {
      case 'run': {
        const screen = await terminals.run(step.text, commandLimitMs)
        last = { screen, whole: true }
        return screen.code === 0 ? undefined : `exit code ${screen.code}\n${indent(screen.text)}`
      }
      case 'stay':
        last = { screen: terminals.stay(step.text), whole: false }
        return undefined
      case 'end': {
        const screen = terminals.screenOf(step.text)
        if (!screen) return `nothing runs that was started by ${step.text}`
        // Before Ctrl-C, as a reader looks first.
        if (next?.kind === 'show') await findDifference(next.text, screen, false, lookLimitMs)
        await terminals.interrupt(step.text)
        // Without the line that make itself prints on Ctrl-C.
        screen.text = screen.text.replace(/^make.* Interrupt\n/gm, '')
        last = { screen, whole: true }
        return undefined
      }
      case 'show':
        if (!last) return 'there is no command before it'
        return findDifference(step.text, last.screen, last.whole)
      case 'part':
        return undefined
    }
  }
}

const marks = { run: '$ ', stay: '$ ', show: 'shows ', end: 'Ctrl-C: ', part: '' }

function titleOf(step: Step): string {
  const text = 'text' in step ? step.text : step.name
  const [first = '', ...more] = text.split('\n').filter((line) => line.trim().length > 3)
  return `${marks[step.kind]}${first}${more.length > 0 ? ' ...' : ''}`
}

/** Runs a page up to its first failure; answers what its steps came to. */
export async function runPage(page: string, terminals: Terminals, isInterrupted: () => boolean) {
  const runStep = stepRunner(terminals)
  const result = { passed: 0, failed: 0, skipped: 0 }
  for (const { name, steps } of partsOf(stepsOf(readFileSync(join(root, page), 'utf8')))) {
    const ready = await preparePart(name)
    if ('missing' in ready) {
      result.skipped += 1
      say(`skipped  ${page}:${steps[0]?.line} the part ${name} (${ready.missing})`)
      continue
    }
    terminals.use(ready.env, ready.standIns)
    try {
      for (const [i, step] of steps.entries()) {
        const startedAt = performance.now()
        const fault = await runStep(step, steps[i + 1])
        if (isInterrupted()) return result
        const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
        const place = `${page}:${step.line} ${titleOf(step)} (${seconds} s)`
        say(fault ? `failed   ${place}\n  ${fault}` : `passed   ${place}`)
        result[fault ? 'failed' : 'passed'] += 1
        if (fault) return result
      }
    } finally {
      await terminals.close()
      await ready.close()
    }
  }
  return result
}
