import { createHash } from 'node:crypto'

/** Random numbers that are the same for the same seed. */
export interface Random {
  /** From 0 to 1, exclusive. */
  next(): number
  /** An integer, both ends inclusive. */
  between(low: number, high: number): number
  /** An element of a list that is not empty. */
  among<T>(list: readonly T[]): T
}

/** The numbers of a purpose do not depend on other numbers from the same seed. */
export function createRandom(seed: number, purpose: string): Random {
  let count = 0
  const next = () => {
    count += 1
    const digest = createHash('sha256').update(`${seed} ${purpose} ${count}`).digest()
    return digest.readUIntBE(0, 6) / 2 ** 48
  }
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  return { next, between, among: (list) => list[between(0, list.length - 1)] as (typeof list)[0] }
}
