import { createSecureContext } from 'node:tls'
import { certificatesIn, codeOf, readText as readFile } from '../lib/files.ts'

/** The settings of NATS that name a file. */
export type NatsFile = 'NATS_CREDS' | 'NATS_NKEY' | 'NATS_CERT' | 'NATS_KEY' | 'NATS_CA'

/** A file that cannot be used. `code` names its setting and says why, and nothing of its content. */
export class FileError extends Error {
  readonly setting: NatsFile
  readonly code: string
  constructor(setting: NatsFile, why: string, cause?: unknown) {
    super(`${setting} ${why}`, { cause })
    this.setting = setting
    this.code = this.message
  }
}

/** The FileError that an error is or was caused by. */
export function fileErrorIn(error: unknown): FileError | undefined {
  if (error instanceof FileError) return error
  return error instanceof Error ? fileErrorIn(error.cause) : undefined
}

/** The text of a file; one that is missing or blank is a FileError. */
export function readText(setting: NatsFile, path: string): string {
  try {
    return readFile(path)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EMPTY_FILE') throw new FileError(setting, 'names an empty file')
    throw new FileError(setting, `names a file that cannot be read (${code})`)
  }
}

/** What logs in: the seed of an nkey, with a token where the server has an operator. */
export interface Login {
  seed: string | undefined
  jwt: string | undefined
}

/**
 * Finds what logs in among the lines of a file, as Go's nkeys does: ends of lines of any system,
 * blanks around, and whatever stands beside it (dashes, comments, the public key) do not matter,
 * while the parser of the JavaScript client finds nothing then.
 */
export function loginIn(text: string): Login {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim())
  return {
    seed: lines.find((line) => /^S[AOU][A-Z2-7]+$/.test(line)),
    jwt: lines.find((line) => /^eyJ[\w-]*\.[\w-]+\.[\w-]+=*$/.test(line)),
  }
}

/** The certificates of an authority's file. */
export function readAuthority(path: string): string[] {
  const text = readText('NATS_CA', path)
  try {
    return certificatesIn(text)
  } catch (error) {
    throw new FileError('NATS_CA', `names a file that holds no certificates (${codeOf(error)})`)
  }
}

/** Client certificate and key, which fit together. */
export function readPair(certFile: string, keyFile: string): { cert: string; key: string } {
  const [cert, key] = [readText('NATS_CERT', certFile), readText('NATS_KEY', keyFile)]
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    throw new FileError(
      'NATS_CERT',
      `and NATS_KEY name no certificate and its key (${codeOf(error)})`,
    )
  }
  return { cert, key }
}
