import { createWordArrayParser, type WordArray } from './words.ts'

/** An error that Fastify answers with 400. */
class BodyError extends Error {
  readonly statusCode = 400
  readonly code: string
  constructor(code: string) {
    super('body is not valid JSON')
    this.code = code
  }
}

const start = Buffer.from('{"controller":')
// Without its first quote: a search for a rare letter skips faster than one for a quote.
const unread = Buffer.from('managedFields":[')
const [quote, backslash, comma] = [0x22, 0x5c, 0x2c]
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d]
/** Behind it nothing is left out: they come early, and a search costs time. */
const farthest = 16_384
/** A CompositeController has some kilobytes. */
const mostRemembered = 65_536

/**
 * Where the object or array that begins at `from` ends, in what is taken for JSON; the length of
 * it all where it does not.
 */
function endOf(json: Buffer, from: number): number {
  const { length } = json
  let depth = 0
  for (let i = from; i < length; i++) {
    const byte = json[i] as number
    if (byte === quote) {
      i++
      while (i < length && json[i] !== quote) i += json[i] === backslash ? 2 : 1
    } else if (byte === openBrace || byte === openBracket) depth += 1
    else if (byte === closeBrace || byte === closeBracket) {
      depth -= 1
      if (depth === 0) return i + 1
    }
  }
  return length
}

/**
 * Leaves out what stands in `managedFields`, from `from` on: in large objects it is most of the
 * bytes. What looks like that key is one: in a string its quotes had a backslash before them.
 * What is kept in front of it is moved up to what follows; answers where it then begins.
 */
function skipManagedFields(body: Buffer, from: number): number {
  let start = from
  let rest = from
  for (;;) {
    const found = body.subarray(rest, rest + farthest).indexOf(unread)
    if (found === -1) return start
    const at = rest + found
    const before = body[at - 2]
    const isKey = body[at - 1] === quote && (before === comma || before === openBrace)
    const inside = at + unread.length
    rest = inside
    if (!isKey) continue
    rest = endOf(body, inside - 1) - 1
    body.copyWithin(start + rest - inside, start, inside)
    start += rest - inside
  }
}

function parseText(text: string): unknown {
  if (text === '') throw new BodyError('FST_ERR_CTP_EMPTY_JSON_BODY')
  try {
    // A byte order mark is let pass, as Fastify does.
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
  } catch {
    throw new BodyError('FST_ERR_CTP_INVALID_JSON_BODY')
  }
}

/**
 * A parser of calls that leaves out what no hook reads, which is most of a call: the managed
 * fields of objects, and the CompositeController. That one stands at the head of every call, the
 * same bytes each time, so it is left out once it was parsed. With `words`, that array of a parent
 * is read faster. A body is used up by it; one that is no JSON is answered with 400.
 */
export function createCallParser(words?: WordArray): (body: Buffer) => unknown {
  const parse = words
    ? createWordArrayParser(words, parseText)
    : (body: Buffer, from: number) => parseText(body.toString('utf8', from))
  let head = Buffer.alloc(0)
  return (body) => {
    const { length } = head
    if (length > 0 && body[length] === comma && head.compare(body, 0, length) === 0) {
      // The comma behind the head becomes the brace in front of the rest.
      body[length] = openBrace
      return parse(body, skipManagedFields(body, length))
    }
    const begins = body.length > start.length && start.compare(body, 0, start.length) === 0
    const end = begins ? endOf(body, start.length) : 0
    const next = end <= mostRemembered ? Buffer.from(body.subarray(0, end)) : head
    const call = parse(body, skipManagedFields(body, 0))
    // Not before it is known to be JSON.
    head = next
    return call
  }
}
