import Type, { type Static } from 'typebox'
import { Value } from 'typebox/value'
import { type StoredMessage, thirdTails } from '../../hack/lib/oracle.ts'
import { CoinFlip } from '../../server/domain/coinflip.ts'
import type { Call } from './calls.ts'

const prefix = 'coinflips.three-tails'
const count = Type.Integer({ minimum: 1 })
const text = Type.String({ minLength: 1 })

/** The event that consumers are promised, declared independently of the service. */
const Event = Type.Object(
  {
    specversion: Type.Literal('1.0'),
    id: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}\\.[1-9][0-9]{0,4}$' }),
    type: Type.Literal('com.example.games.coinflip.threetails.v1'),
    source: Type.String({
      pattern: '^/apis/games\\.example\\.com/v1alpha1/namespaces/[a-z0-9-]+/coinflips/[a-z0-9.-]+$',
    }),
    subject: text,
    time: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' }),
    datacontenttype: Type.Literal('application/json'),
    data: Type.Object(
      {
        namespace: text,
        name: text,
        uid: text,
        generation: Type.Number({ minimum: 0 }),
        flip: count,
        ordinal: count,
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)

/** How the stream compares with the calls. */
export interface Verdict {
  stored: number
  /** As sentences. */
  faults: string[]
}

/** Checks the fields of an event, and its subject. */
function faultOf({ subject, event }: StoredMessage): string | undefined {
  const [error] = Value.Errors(Event, event)
  if (error) return `an invalid event (${error.instancePath || 'it'} ${error.message})`
  const { id, source, subject: name, data } = event as unknown as Static<typeof Event>
  const { namespace, uid, flip } = data
  const path = `/namespaces/${namespace}/coinflips/${data.name}`
  const agree = id === `${uid}.${flip}` && name === data.name && source.endsWith(path)
  if (!agree) return 'an event that contradicts itself'
  if (subject !== `${prefix}.${namespace}.${id}`) return 'an event on the wrong subject'
  return undefined
}

/**
 * Compares the stream with the calls that were answered with 200. The calls are generated
 * independently, so the histories of one uid may contradict each other.
 */
export function judge(calls: readonly Call[], held: readonly StoredMessage[]): Verdict {
  const asked = new Set<string>()
  const acknowledged = new Set<string>()
  for (const { status, sent, answer } of calls) {
    const parent = (sent as { parent?: unknown } | undefined)?.parent
    if (status !== 200 || !Value.Check(CoinFlip, parent)) continue
    const { namespace, uid } = parent.metadata
    const letters = parent.spec.flips.map((face) => face[0]).join('')
    const flips = thirdTails(letters)
    for (const [i, flip] of flips.entries())
      asked.add(`${prefix}.${namespace}.${uid}.${flip} ${i + 1}`)
    // A call with a status may have claimed that some notifications are already stored.
    if (parent.status !== undefined) continue
    const { notifications } = (answer as { status: { notifications: number } }).status
    for (const flip of flips.slice(0, notifications)) acknowledged.add(`${uid}.${flip}`)
  }

  const faults: string[] = []
  const subjects = new Set<string>()
  const ids = new Set<string>()
  for (const message of held) {
    const { subject, event } = message
    const fault = faultOf(message)
    if (fault) faults.push(`${fault}: ${subject}`)
    else if (!asked.has(`${subject} ${event.data.ordinal}`))
      faults.push(`a message without a call: ${subject}`)
    if (subjects.has(subject)) faults.push(`a message stored twice: ${subject}`)
    subjects.add(subject)
    ids.add(String(event?.id))
  }
  for (const id of acknowledged) if (!ids.has(id)) faults.push(`acknowledged but not stored: ${id}`)
  return { stored: held.length, faults }
}
