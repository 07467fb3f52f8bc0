import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createError } from './error-code.ts'

/** Reads a file. Throws where it is blank: an empty CA would mean no CA, or every public one. */
export function readText(path: string): string {
  const text = readFileSync(path, 'utf8')
  if (text.trim() === '') throw createError('EMPTY_FILE', 'the file is empty')
  return text
}

const begin = '-----BEGIN CERTIFICATE-----'

/**
 * Splits a bundle into its certificates. Throws where there is none, which Node treats as every
 * public CA, and where one cannot be parsed, which Node skips silently.
 */
export function parseCertificates(bundle: string): string[] {
  const [, ...texts] = bundle.split(begin)
  if (texts.length === 0) throw createError('NO_CERTIFICATE', 'there is no certificate in the file')
  return texts.map((text) => new X509Certificate(`${begin}${text}`).toString())
}
