import { styleText } from 'node:util'
import type { HookResponse } from '../lib/hook.ts'
import type { StoredMessage } from '../lib/oracle.ts'
import { say } from '../lib/script.ts'

const indent = '     '
const lettersWidth = 20

/** Returns a function that prints numbered headings. */
export function headings(): (text: string) => void {
  let number = 0
  return (text) => {
    number += 1
    say()
    say(styleText('bold', `${String(number).padStart(3)}. ${text}`))
  }
}

/** Prints a remark. */
export function note(text: string): void {
  say(indent + styleText('dim', text))
}

function row(flips: string, streak: string, messages: string, notified: string): string {
  return `${indent}${flips} ${streak.padEnd(9)} ${messages.padEnd(11)} ${notified}`
}

/** Prints the head of the columns of showStatus. */
export function showColumns(): void {
  say(
    styleText(
      'dim',
      row('flips'.padEnd(lettersWidth), 'streak', 'published', 'condition Notified'),
    ),
  )
}

/** Prints the flips and the status that the operator returned for them. */
export function showStatus(
  letters: string,
  { status, finalized, resyncAfterSeconds }: HookResponse,
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

/** Prints a message of the stream; the first one in full, as an example. */
export function showMessage({ sequence, subject, event }: StoredMessage): void {
  say(`${indent}${styleText('magenta', `>>> message ${sequence}`)} on ${subject}`)
  const { flip, ordinal, generation } = event.data
  const short = `CloudEvent ${event.id}: flip ${flip}, ordinal ${ordinal}, generation ${generation}`
  const text = sequence === 1 ? JSON.stringify(event, null, 2) : short
  for (const line of text.split('\n')) say(`${indent}    ${line}`)
}
