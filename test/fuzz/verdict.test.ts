import t from 'tap'
import { eventOf, subjectOf } from '../../server/domain/milestone.ts'
import type { Call } from './calls.ts'
import { judge } from './verdict.ts'

const metadata = { namespace: 'default', name: 'a', uid: 'u' }
const flips = ['Heads', 'Tails', 'Tails', 'Tails']

const call: Call = {
  method: 'POST',
  path: '/sync',
  sent: { parent: { metadata, spec: { flips } } },
  status: 200,
  answer: { status: { notifications: 1 } },
}

function heldOf(sequence = 1) {
  const milestone = { flip: 4, ordinal: 1 }
  const event = { ...eventOf(metadata, milestone, '', new Date(0)) }
  return { sequence, subject: subjectOf('coinflips.three-tails', metadata, milestone), event }
}
const held = heldOf()
const { event, subject } = held
const withMore = { ...event, more: 1 }
const otherObject = { ...event, subject: 'b' }

for (const [name, calls, messages, faults] of [
  ['a message that was asked for', [call], [held], []],
  ['none of a call that was refused', [{ ...call, status: 400, answer: {} }], [], []],
  ['one of a call that was refused', [{ ...call, status: 400 }], [held], [/no call asked/]],
  ['one of nobody', [], [held], [/no call asked/]],
  ['one that is missing', [call], [], [/acknowledged and not stored: u\.4/]],
  ['one twice', [call], [held, heldOf(2)], [/twice/]],
  ['a field too many', [call], [{ ...held, event: withMore }], [/none/]],
  ['an id of no form', [call], [{ ...held, event: { ...event, id: 'u.04' } }], [/none/, /not st/]],
  ['another object', [call], [{ ...held, event: otherObject }], [/contradicts/]],
  ['a wrong place', [call], [{ ...held, subject: `${subject}4` }], [/wrong subject/]],
  [
    'a wrong number',
    [call],
    [{ ...held, event: { ...event, data: { ...event.data, ordinal: 2 } } }],
    [/no call asked/],
  ],
] as const) {
  const found = judge(calls, messages).faults
  t.equal(found.length, faults.length, `${name}: ${found.join(', ') || 'nothing'}`)
  for (const [i, fault] of faults.entries()) t.match(found[i], fault)
}
