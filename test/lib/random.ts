import { createHash } from 'node:crypto'

/** Random numbers that are the same for the same seed. */
export type Random = ReturnType<typeof createRandom>

/** The numbers of a purpose do not depend on other numbers from the same seed. */
export function createRandom(seed: number, purpose: string) {
  let count = 0
  const next = () => {
    count += 1
    const digest = createHash('sha256').update(`${seed} ${purpose} ${count}`).digest()
    return digest.readUIntBE(0, 6) / 2 ** 48
  }
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  return {
    /** From 0 to 1, exclusive. */
    next,
    /** An integer, both ends inclusive. */
    between,
    /** An element of a list that is not empty. */
    among: <T>(list: readonly T[]) => list[between(0, list.length - 1)] as T,
  }
}
