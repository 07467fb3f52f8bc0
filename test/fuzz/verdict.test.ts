import t from 'tap'
import { buildEvent, buildSubject } from '../../server/domain/milestone.ts'
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
  const event = { ...buildEvent(metadata, milestone, '', new Date(0)) }
  return { sequence, subject: buildSubject('coinflips.three-tails', metadata, milestone), event }
}
const held = heldOf()
const { event, subject } = held
const withMore = { ...event, more: 1 }
const otherObject = { ...event, subject: 'b' }

for (const [name, calls, messages, faults] of [
  ['accepts the message of a call', [call], [held], []],
  ['accepts that a refused call stores no message', [{ ...call, status: 400, answer: {} }], [], []],
  ['reports the message of a refused call', [{ ...call, status: 400 }], [held], [/without a call/]],
  ['reports a message without a call', [], [held], [/without a call/]],
  [
    'reports an acknowledged message that is missing',
    [call],
    [],
    [/acknowledged but not stored: u\.4/],
  ],
  ['reports a message that is stored twice', [call], [held, heldOf(2)], [/twice/]],
  ['reports an additional field', [call], [{ ...held, event: withMore }], [/invalid event/]],
  [
    'reports a malformed id',
    [call],
    [{ ...held, event: { ...event, id: 'u.04' } }],
    [/invalid event/, /not stored/],
  ],
  [
    'reports an event that names two objects',
    [call],
    [{ ...held, event: otherObject }],
    [/contradicts/],
  ],
  ['reports a wrong subject', [call], [{ ...held, subject: `${subject}4` }], [/wrong subject/]],
  [
    'reports a wrong ordinal',
    [call],
    [{ ...held, event: { ...event, data: { ...event.data, ordinal: 2 } } }],
    [/without a call/],
  ],
] as const) {
  const found = judge(calls, messages).faults
  t.equal(found.length, faults.length, `${name}: ${found.join(', ') || 'nothing'}`)
  for (const [i, fault] of faults.entries()) t.match(found[i], fault)
}
