/** A message as it is stored in the stream. */
export interface StoredMessage {
  sequence: number
  subject: string
  event: {
    id: string
    source?: string
    time?: string
    data: { flip: number; ordinal: number; generation: number }
  }
}

/** What the API server accepted of one object: its flips as letters, T and H, oldest first. */
export interface AcceptedFlips {
  uid: string
  letters: string
}

/** What is in the stream against what has to be in it; the lists are empty when all is right. */
export interface Verdict {
  expected: number
  stored: number
  lost: string[]
  duplicated: string[]
  /** Objects whose messages are not in the order of their flips. */
  disordered: string[]
  /** Messages of no milestone, or with a wrong ordinal or subject. */
  unexpected: string[]
}

/**
 * Places, from 1, of the third tails. On purpose unlike the service's own count: a mistake made
 * there must not be made here.
 */
export function thirdTails(letters: string): number[] {
  return [...letters.matchAll(/(?<!T)TTT/g)].map(({ index }) => index + 3)
}

/** Everything that is wrong, in a sentence each. */
export function faultsOf({ lost, duplicated, disordered, unexpected }: Verdict): string[] {
  return [
    ...lost.map((id) => `lost: ${id}`),
    ...duplicated.map((id) => `stored more than once: ${id}`),
    ...disordered.map((uid) => `out of order: ${uid}`),
    ...unexpected.map((id) => `no such milestone: ${id}`),
  ]
}

/** Compares what the stream holds with what was accepted. */
export function judge(
  accepted: readonly AcceptedFlips[],
  messages: readonly StoredMessage[],
): Verdict {
  const ordinals = new Map<string, number>()
  for (const { uid, letters } of accepted)
    for (const [i, flip] of thirdTails(letters).entries()) ordinals.set(`${uid}.${flip}`, i + 1)

  const counts = new Map<string, number>()
  const latest = new Map<string, number>()
  const disordered = new Set<string>()
  const unexpected: string[] = []
  for (const { subject, event } of [...messages].sort((a, b) => a.sequence - b.sequence)) {
    const { id, data } = event
    const uid = id.slice(0, id.lastIndexOf('.'))
    counts.set(id, (counts.get(id) ?? 0) + 1)
    const isRight =
      ordinals.get(id) === data.ordinal &&
      id === `${uid}.${data.flip}` &&
      subject.endsWith(`.${uid}.${data.flip}`)
    if (!isRight) unexpected.push(id)
    if (data.flip < (latest.get(uid) ?? 0)) disordered.add(uid)
    latest.set(uid, data.flip)
  }
  return {
    expected: ordinals.size,
    stored: messages.length,
    lost: [...ordinals.keys()].filter((id) => !counts.has(id)),
    duplicated: [...counts].filter(([, count]) => count > 1).map(([id]) => id),
    disordered: [...disordered],
    unexpected,
  }
}
