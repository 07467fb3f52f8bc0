import { createHash } from 'node:crypto'
import { parse, YAMLError } from 'yaml'
import { apiVersion, kind } from '../../server/domain/coinflip.ts'

/** A uid that is derived from the name, so that the same file sent twice is the same object. */
function uidOf(namespace: string, name: string): string {
  const hex = createHash('sha256').update(`${namespace}/${name}`).digest('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
}

/** Reads a CoinFlip from YAML and fills in the fields that the API server sets. */
export function readCoinFlip(text: string): { object: object } | { fault: string } {
  try {
    const given = parse(text)
    if (typeof given !== 'object' || given === null || Array.isArray(given))
      return { fault: 'there is no CoinFlip in it' }
    const { namespace = 'default', name = 'unnamed', ...rest } = given.metadata ?? {}
    const metadata = { namespace, name, uid: uidOf(namespace, name), generation: 1, ...rest }
    return { object: { apiVersion, kind, ...given, metadata } }
  } catch (error) {
    if (!(error instanceof YAMLError)) throw error
    return { fault: error.message.split('\n', 1)[0] ?? 'not YAML' }
  }
}
