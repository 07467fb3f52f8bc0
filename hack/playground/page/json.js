/** @typedef {{ text: string, kind: 'key' | 'string' | 'other' }} Token */

/** A longer line, as of a history of thousands, would take as many elements. */
const longestColoured = 5_000

/** @param {unknown} value */
function isPlain(value) {
  return typeof value !== 'object' || value === null
}

/**
 * JSON in lines for people: lists of plain values stay on one line, so that a history does not
 * fill the page.
 * @param {unknown} value
 * @param {string} [indent]
 * @returns {string}
 */
export function pretty(value, indent = '') {
  if (isPlain(value)) return JSON.stringify(value)
  const deeper = `${indent}  `
  if (Array.isArray(value)) {
    if (value.every(isPlain)) return `[${value.map((item) => JSON.stringify(item)).join(', ')}]`
    const items = value.map((item) => deeper + pretty(item, deeper))
    return `[\n${items.join(',\n')}\n${indent}]`
  }
  const fields = Object.entries(/** @type {object} */ (value)).map(
    ([key, item]) => `${deeper}${JSON.stringify(key)}: ${pretty(item, deeper)}`,
  )
  return fields.length === 0 ? '{}' : `{\n${fields.join(',\n')}\n${indent}}`
}

/**
 * Formats a text if it is JSON, else returns it unchanged.
 * @param {string} text
 */
export function prettyText(text) {
  try {
    return pretty(JSON.parse(text))
  } catch {
    return text
  }
}

/**
 * Splits a line of JSON into tokens of one colour.
 * @param {string} text
 * @returns {Token[]}
 */
export function tokensOf(text) {
  if (text.length > longestColoured) return [{ text, kind: 'other' }]
  /** @type {Token[]} */
  const tokens = []
  let end = 0
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)) {
    if (match.index > end) tokens.push({ text: text.slice(end, match.index), kind: 'other' })
    tokens.push({ text: match[0], kind: match[1] === undefined ? 'string' : 'key' })
    end = match.index + match[0].length
  }
  if (end < text.length) tokens.push({ text: text.slice(end), kind: 'other' })
  return tokens
}
