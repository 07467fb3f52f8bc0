import { createHash } from 'node:crypto'
import { parse, YAMLError } from 'yaml'
import { apiVersion, kind } from '../../server/domain/coinflip.ts'

/**
 * Reads a CoinFlip from YAML and fills in the fields that the API server sets. The uid is derived
 * from the name, so that the same file sent twice is the same object.
 */
export function readCoinFlip(
  text: string,
): { object: Record<string, unknown> } | { fault: string } {
  let given: unknown
  try {
    given = parse(text)
  } catch (error) {
    if (!(error instanceof YAMLError)) throw error
    return { fault: error.message.split('\n', 1)[0] ?? 'not YAML' }
  }
  if (!isMapping(given)) return { fault: 'there is no CoinFlip in it' }
  if (given.metadata !== undefined && !isMapping(given.metadata))
    return { fault: 'metadata is not a mapping' }
  const { namespace = 'default', name = 'unnamed', ...rest } = given.metadata ?? {}
  const metadata = { namespace, name, uid: uidOf(`${namespace}/${name}`), generation: 1, ...rest }
  return { object: { apiVersion, kind, ...given, metadata } }
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function uidOf(key: string): string {
  const hex = createHash('sha256').update(key).digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-')
}
