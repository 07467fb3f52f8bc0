import type { Held } from '../../hack/demo/verdict.ts'

/** What the API server accepted of one object: its flips as letters, T and H, oldest first. */
export interface Accepted {
  uid: string
  letters: string
}

/** What the stream held against what it had to hold; all empty but the numbers when it is right. */
export interface Verdict {
  expected: number
  stored: number
  lost: string[]
  doubled: string[]
  /** Objects whose messages are not in the order of their flips. */
  disordered: string[]
  /** Messages of no milestone, or that say something wrong of theirs. */
  strange: string[]
}

/**
 * Places, from 1, of the third tails. On purpose nothing like the service's own count: a mistake
 * made there must not be made here.
 */
export function thirdTails(letters: string): number[] {
  return [...letters.matchAll(/(?<!T)TTT/g)].map(({ index }) => index + 3)
}

/** Whether the promise was kept: each message once, in order, and none beyond. */
export function isKept({ lost, doubled, disordered, strange }: Verdict): boolean {
  return [lost, doubled, disordered, strange].every((list) => list.length === 0)
}

/** Compares what the stream holds with what was accepted. */
export function judge(accepted: readonly Accepted[], held: readonly Held[]): Verdict {
  const ordinals = new Map<string, number>()
  for (const { uid, letters } of accepted)
    for (const [i, flip] of thirdTails(letters).entries()) ordinals.set(`${uid}.${flip}`, i + 1)

  const seen = new Map<string, number>()
  const latest = new Map<string, number>()
  const disordered = new Set<string>()
  const strange: string[] = []
  for (const { subject, event } of [...held].sort((a, b) => a.sequence - b.sequence)) {
    const { id, data } = event
    const uid = id.slice(0, id.lastIndexOf('.'))
    seen.set(id, (seen.get(id) ?? 0) + 1)
    const right =
      ordinals.get(id) === data.ordinal &&
      id === `${uid}.${data.flip}` &&
      subject.endsWith(`.${uid}.${data.flip}`)
    if (!right) strange.push(id)
    if (data.flip < (latest.get(uid) ?? 0)) disordered.add(uid)
    latest.set(uid, data.flip)
  }
  return {
    expected: ordinals.size,
    stored: held.length,
    lost: [...ordinals.keys()].filter((id) => !seen.has(id)),
    doubled: [...seen].filter(([, times]) => times > 1).map(([id]) => id),
    disordered: [...disordered],
    strange,
  }
}
