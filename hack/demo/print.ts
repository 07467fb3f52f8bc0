import { styleText } from 'node:util'
import type { Answer } from '../lib/hook.ts'
import type { Held } from './verdict.ts'

const indent = '     '
const lettersWidth = 20

/** Writes a line to standard output. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`)
}

/** A numbered heading; the numbers go on from call to call. */
export function headings(): (text: string) => void {
  let number = 0
  return (text) => {
    number += 1
    say()
    say(styleText('bold', `${String(number).padStart(3)}. ${text}`))
  }
}

/** Something that the story does or explains. */
export function note(text: string): void {
  say(indent + styleText('dim', text))
}

function row(flips: string, streak: string, messages: string, notified: string): string {
  return `${indent}${flips} ${streak.padEnd(9)} ${messages.padEnd(11)} ${notified}`
}

/** What the columns of showStatus are. */
export function showColumns(): void {
  say(
    styleText(
      'dim',
      row('flips'.padEnd(lettersWidth), 'streak', 'published', 'condition Notified'),
    ),
  )
}

/** The flips, and the status that the operator answered for them. */
export function showStatus(
  letters: string,
  { status, finalized, resyncAfterSeconds }: Answer,
): void {
  const { streak, milestones, notifications, conditions } = status
  const run = streak ? `${streak.face} x${streak.length}` : ''
  const notified = conditions.find(({ type }) => type === 'Notified')
  const fine = notified?.status === 'True'
  const reason = styleText(fine ? 'green' : 'yellow', notified?.reason ?? 'absent')
  const gone = finalized === undefined ? '' : `, finalized: ${finalized}`
  const flips = letters.padEnd(lettersWidth).replace(/TTT/g, (tails) => styleText('cyan', tails))
  say(row(flips, run, `${notifications} of ${milestones}`, reason + gone))
  if (fine) return
  note(`  ${notified?.message}`)
  if (resyncAfterSeconds) note(`  the operator asks to be called again in ${resyncAfterSeconds} s`)
}

/** A message of the stream; the first in full, so that it can be seen what one looks like. */
export function showMessage({ sequence, subject, event }: Held): void {
  say(`${indent}${styleText('magenta', `>>> message ${sequence}`)} on ${subject}`)
  const { flip, ordinal, generation } = event.data
  const short = `CloudEvent ${event.id}: flip ${flip}, ordinal ${ordinal}, generation ${generation}`
  const text = sequence === 1 ? JSON.stringify(event, null, 2) : short
  for (const line of text.split('\n')) say(`${indent}    ${line}`)
}
