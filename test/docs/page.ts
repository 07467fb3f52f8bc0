import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../hack/lib/root.ts'
import { partsOf, type Step, stepsOf } from './blocks.ts'
import { prepare } from './parts.ts'
import { player } from './play.ts'
import type { Terminals } from './terminal.ts'

/** What came of a page. */
export interface Played {
  passed: number
  failed: number
  skipped: number
  /** Seconds, by the names that the page gives them. */
  times: Record<string, number>
}

const say = (line: string) => void process.stdout.write(`${line}\n`)

function titleOf(step: Step): string {
  const text = 'text' in step ? step.text : step.name
  const [first = '', ...more] = text.split('\n').filter((line) => line.trim().length > 3)
  const does: Record<Step['kind'], string> = {
    run: '$ ',
    stay: '$ ',
    show: 'shows ',
    patch: 'patch ',
    end: 'Ctrl-C: ',
    part: '',
    time: 'time ',
  }
  return `${does[step.kind]}${first}${more.length > 0 ? ' ...' : ''}`
}

/** Plays a page; what comes after a failure is not tried. */
export async function playPage(
  page: string,
  terminals: Terminals,
  isInterrupted: () => boolean,
): Promise<Played> {
  const { play, times } = player(terminals)
  const played: Played = { passed: 0, failed: 0, skipped: 0, times }
  for (const { name, steps } of partsOf(stepsOf(readFileSync(join(root, page), 'utf8')))) {
    const ready = await prepare(name)
    if ('lacks' in ready) {
      played.skipped += 1
      say(`skipped  ${page}:${steps[0]?.line} the part ${name} (${ready.lacks})`)
      continue
    }
    terminals.use(ready.env)
    try {
      for (const [i, step] of steps.entries()) {
        const begin = performance.now()
        const fault = await play(step, steps[i + 1])
        if (isInterrupted()) return played
        const seconds = ((performance.now() - begin) / 1000).toFixed(1)
        say(
          `${fault ? 'failed ' : 'passed '}  ${page}:${step.line} ${titleOf(step)} (${seconds} s)`,
        )
        if (fault) {
          say(`  ${fault}`)
          played.failed += 1
          return played
        }
        played.passed += 1
      }
    } finally {
      await terminals.close()
      await ready.close()
    }
  }
  return played
}
