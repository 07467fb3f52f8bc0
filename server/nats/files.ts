import { createSecureContext } from 'node:tls'
import { findErrorCode } from '../lib/error-code.ts'
import { parseCertificates, readText as readFile } from '../lib/files.ts'

/** The settings of NATS that name a file. */
export type NatsFile = 'NATS_CREDS' | 'NATS_NKEY' | 'NATS_CERT' | 'NATS_KEY' | 'NATS_CA'

/** A file that cannot be used. `code` names its setting and the cause, and nothing of its content. */
export class FileError extends Error {
  readonly setting: NatsFile
  readonly code: string
  constructor(setting: NatsFile, why: string, cause?: unknown) {
    super(`${setting} ${why}`, { cause })
    this.setting = setting
    this.code = this.message
  }
}

/** Finds the FileError that an error is, or was caused by. */
export function findFileError(error: unknown): FileError | undefined {
  if (error instanceof FileError) return error
  return error instanceof Error ? findFileError(error.cause) : undefined
}

/** Reads a file; throws a FileError where it is missing or blank. */
export function readText(setting: NatsFile, path: string): string {
  try {
    return readFile(path)
  } catch (error) {
    const code = findErrorCode(error)
    if (code === 'EMPTY_FILE') throw new FileError(setting, 'names an empty file')
    throw new FileError(setting, `names a file that cannot be read (${code})`)
  }
}

/** The seed of an nkey, with a token (JWT) where the server has an operator. */
export interface Login {
  seed: string | undefined
  jwt: string | undefined
}

/**
 * Parses the lines of a credentials file as Go's nkeys does: it accepts any line endings, blanks, and
 * other lines (dashes, comments, the public key), where the parser of the JavaScript client finds
 * nothing.
 */
export function parseLogin(text: string): Login {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim())
  return {
    seed: lines.find((line) => /^S[AOU][A-Z2-7]+$/.test(line)),
    jwt: lines.find((line) => /^eyJ[\w-]*\.[\w-]+\.[\w-]+=*$/.test(line)),
  }
}

/** Reads the certificates of the CA file. */
export function readCa(path: string): string[] {
  const text = readText('NATS_CA', path)
  try {
    return parseCertificates(text)
  } catch (error) {
    throw new FileError(
      'NATS_CA',
      `names a file that holds no certificates (${findErrorCode(error)})`,
    )
  }
}

/** Reads a client certificate and its key. */
export function readKeyPair(certFile: string, keyFile: string): { cert: string; key: string } {
  const [cert, key] = [readText('NATS_CERT', certFile), readText('NATS_KEY', keyFile)]
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    throw new FileError(
      'NATS_CERT',
      `and NATS_KEY name no certificate and its key (${findErrorCode(error)})`,
    )
  }
  return { cert, key }
}
