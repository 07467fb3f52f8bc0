/** A message as it lies in the stream. */
export interface Held {
  sequence: number
  subject: string
  event: { id: string; data: { flip: number; ordinal: number; generation: number } }
}

/** What the stream has to hold of one object, and nothing else. */
export interface Expected {
  uid: string
  /** Its whole history in letters, as in HTTT. */
  letters: string
}

/** What is wrong with the stream, in sentences; nothing when there are none. */
export type Verdict = { expected: number; faults: string[] }

// Told apart from the way the service counts on purpose: this is to catch it in a mistake.
function thirdTails(letters: string): number[] {
  return [...letters.matchAll(/T{3,}/g)].map((run) => run.index + 3)
}

/** Compares what the stream holds with what it should hold, message by message. */
export function judge(objects: readonly Expected[], held: readonly Held[]): Verdict {
  const faults: string[] = []
  const expected = new Set<string>()
  for (const { uid, letters } of objects) {
    const own = held.filter(({ event }) => event.id.startsWith(`${uid}.`))
    for (const [i, flip] of thirdTails(letters).entries()) {
      const id = `${uid}.${flip}`
      expected.add(id)
      const found = own.filter(({ event }) => event.id === id)
      if (found.length === 0) faults.push(`missing: ${id}`)
      if (found.length > 1) faults.push(`there ${found.length} times: ${id}`)
      for (const { subject, event } of found) {
        if (!subject.endsWith(`.${id}`)) faults.push(`on the wrong subject ${subject}: ${id}`)
        if (event.data.flip !== flip || event.data.ordinal !== i + 1)
          faults.push(`with wrong data ${JSON.stringify(event.data)}: ${id}`)
      }
    }
    const flips = own.map(({ event }) => event.data.flip)
    if (flips.some((flip, i) => flip < (flips[i - 1] ?? 0))) faults.push(`out of order: ${uid}`)
  }
  for (const { event, sequence } of held)
    if (!expected.has(event.id)) faults.push(`not a milestone: ${event.id}, sequence ${sequence}`)
  return { expected: expected.size, faults }
}
