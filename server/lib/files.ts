import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** The code of an error; its message may hold a path or more. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error'
}

function errorWith(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}

/** The text of a file. Throws where it is blank: for TLS that would mean none, or anyone. */
export function readText(path: string): string {
  const text = readFileSync(path, 'utf8')
  if (text.trim() === '') throw errorWith('EMPTY_FILE', 'the file is empty')
  return text
}

const begin = '-----BEGIN CERTIFICATE-----'

/**
 * The certificates of a bundle, each by itself. Throws where there is none, which Node takes for
 * every public CA, and where one cannot be read, which it leaves out without a word.
 */
export function certificatesIn(bundle: string): string[] {
  const [, ...texts] = bundle.split(begin)
  if (texts.length === 0) throw errorWith('NO_CERTIFICATE', 'there is no certificate in the file')
  return texts.map((text) => new X509Certificate(`${begin}${text}`).toString())
}
