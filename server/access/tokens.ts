import { createHash, timingSafeEqual } from 'node:crypto'

/** Says whether the value of an Authorization header is let in. */
export type Authorize = (authorization: string | undefined) => boolean

// Digests are of one length, which a constant-time comparison needs and which tells nothing.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/**
 * Lets in who sends one of the tokens, each on a line of its own in `text`: during a rotation the
 * old and the new one. Throws where there is none, which must not mean "everyone".
 */
export function authorizeTokens(text: string): Authorize {
  const digests = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(digest)
  if (digests.length === 0) throw new Error('there is no token in the file')
  return (authorization = '') => {
    const [, token = ''] = /^bearer +(\S+) *$/i.exec(authorization) ?? []
    const given = digest(token)
    // All are compared, whichever matches.
    return digests.filter((known) => timingSafeEqual(known, given)).length > 0
  }
}
