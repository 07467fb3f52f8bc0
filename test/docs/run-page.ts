import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../hack/lib/root.ts'
import { say } from '../../hack/lib/script.ts'
import { partsOf, type Step, stepsOf } from './page-steps.ts'
import { preparePart } from './prepare-part.ts'
import { stepRunner } from './run-step.ts'
import type { Terminals } from './terminal.ts'

/** What the steps of a page came to. */
export interface PageResult {
  passed: number
  failed: number
  skipped: number
}

function titleOf(step: Step): string {
  const text = 'text' in step ? step.text : step.name
  const [first = '', ...more] = text.split('\n').filter((line) => line.trim().length > 3)
  const does: Record<Step['kind'], string> = {
    run: '$ ',
    stay: '$ ',
    show: 'shows ',
    end: 'Ctrl-C: ',
    part: '',
  }
  return `${does[step.kind]}${first}${more.length > 0 ? ' ...' : ''}`
}

/** Runs a page up to its first failure. */
export async function runPage(
  page: string,
  terminals: Terminals,
  isInterrupted: () => boolean,
): Promise<PageResult> {
  const runStep = stepRunner(terminals)
  const result: PageResult = { passed: 0, failed: 0, skipped: 0 }
  for (const { name, steps } of partsOf(stepsOf(readFileSync(join(root, page), 'utf8')))) {
    const ready = await preparePart(name)
    if ('missing' in ready) {
      result.skipped += 1
      say(`skipped  ${page}:${steps[0]?.line} the part ${name} (${ready.missing})`)
      continue
    }
    terminals.use(ready.env)
    try {
      for (const [i, step] of steps.entries()) {
        const startedAt = performance.now()
        const fault = await runStep(step, steps[i + 1])
        if (isInterrupted()) return result
        const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
        say(
          `${fault ? 'failed ' : 'passed '}  ${page}:${step.line} ${titleOf(step)} (${seconds} s)`,
        )
        if (fault) {
          say(`  ${fault}`)
          result.failed += 1
          return result
        }
        result.passed += 1
      }
    } finally {
      await terminals.close()
      await ready.close()
    }
  }
  return result
}
