import { setTimeout as delay } from 'node:timers/promises'
import type { Step } from './blocks.ts'
import { isShown } from './compare.ts'
import type { Screen, Terminals } from './terminal.ts'

/** What there is to look for in the output of a command that was shown last. */
interface Seen {
  screen: Screen
  whole: boolean
  /** Runs the command once more, where the page lets a reader do so. */
  repeat?: () => Promise<Screen>
}

const commandLimitMs = 1_500_000
// The dependencies may have to come first.
const showLimitMs = 300_000
const lookLimitMs = 20_000
const pollMs = 50

const indent = (text: string) => text.trimEnd().replace(/^/gm, '    ')

/** Waits for what the page shows; answers what was printed instead. */
async function missing(
  shown: string,
  seen: Seen,
  limitMs = showLimitMs,
): Promise<string | undefined> {
  const deadline = performance.now() + limitMs
  let { screen } = seen
  for (;;) {
    if (isShown(shown, screen.text, { whole: seen.whole })) return undefined
    const over = screen.code !== undefined && !seen.repeat
    if (over || performance.now() > deadline)
      return `the page shows\n${indent(shown)}\n  it printed\n${indent(screen.text)}`
    await delay(pollMs)
    if (seen.repeat) screen = await seen.repeat()
  }
}

async function applyPatch(text: string, terminals: Terminals): Promise<string | undefined> {
  // Its text goes in by the shell, as a reader would paste it.
  const { code, text: said } = await terminals.run(
    `git apply --unidiff-zero - <<'END'\n${text}END`,
    commandLimitMs,
  )
  return code === 0 ? undefined : said
}

/** Plays the steps of a page one by one. */
export function player(terminals: Terminals) {
  let seen: Seen | undefined
  let begin: number | undefined
  const times: Record<string, number> = {}

  async function play(step: Step, next?: Step): Promise<string | undefined> {
    begin ??= performance.now()
    switch (step.kind) {
      case 'run': {
        const repeat = () => terminals.run(step.text, commandLimitMs)
        const screen = await repeat()
        seen = step.again ? { screen, whole: true, repeat } : { screen, whole: true }
        if (screen.code === 0 || step.again) return undefined
        return `exit code ${screen.code}\n${indent(screen.text)}`
      }
      case 'stay':
        seen = { screen: terminals.stay(step.text), whole: false }
        return undefined
      case 'end': {
        const before = terminals.screenOf(step.text)
        // A reader looks first, too.
        if (before && next?.kind === 'show')
          await missing(next.text, { screen: before, whole: false }, lookLimitMs)
        const screen = await terminals.interrupt(step.text)
        if (!screen) return `nothing runs that was started by ${step.text}`
        // make's own word on Ctrl-C is not the command's.
        const text = screen.text.replace(/^make.* Interrupt\n/gm, '')
        seen = { screen: { ...screen, text }, whole: true }
        return undefined
      }
      case 'patch':
        return applyPatch(step.text, terminals)
      case 'show':
        return seen ? missing(step.text, seen) : 'no command stands before it'
      case 'time': {
        const now = performance.now()
        if (step.name !== '') times[step.name] = (now - begin) / 1000
        begin = undefined
        return undefined
      }
      case 'part':
        return undefined
    }
  }
  return { play, times }
}
