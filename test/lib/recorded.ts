import { readFileSync } from 'node:fs'
import type { CoinFlip } from '../../server/domain/coinflip.ts'

/** Folder of the recorded calls of Metacontroller. */
export const recordings = new URL('../fixtures/metacontroller-4.17.2/', import.meta.url)

/** The body of a recorded call. */
export interface CallBody {
  parent: CoinFlip & { metadata: { managedFields: object[] } }
  finalizing: boolean
  [field: string]: unknown
}

/** A recorded call of Metacontroller. */
export function recorded(name: string): { headers: Record<string, string>; body: CallBody } {
  return JSON.parse(readFileSync(new URL(`${name}.json`, recordings), 'utf8'))
}
