import { createHash, timingSafeEqual } from 'node:crypto'
import { createError } from '../lib/error-code.ts'

/** Says whether a call with this Authorization header is admitted. */
export type Authorize = (authorization: string | undefined) => boolean

// Digests have the same length, which a constant-time comparison needs, and do not reveal the token's.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/**
 * Admits callers with one of the tokens, each on a line of `text`: during a rotation the old and the
 * new one. Throws where there is no token, which must not mean "everyone".
 */
export function createAuthorize(text: string): Authorize {
  const digests = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(digest)
  if (digests.length === 0) throw createError('NO_TOKEN', 'there is no token in the file')
  return (authorization = '') => {
    const [, token = ''] = /^bearer +(\S+) *$/i.exec(authorization) ?? []
    const given = digest(token)
    // All are compared, so that the time does not depend on which one matches.
    return digests.filter((known) => timingSafeEqual(known, given)).length > 0
  }
}
