import type { Logger } from 'pino'
import { findErrorCode } from '../lib/error-code.ts'
import { type Reloadable, watchFiles } from './reload.ts'
import { createTlsMaterial, type TlsMaterial } from './tls.ts'
import { type Authorize, createAuthorize } from './tokens.ts'

type FileSetting = 'TLS_CERT_FILE' | 'TLS_KEY_FILE' | 'TLS_CLIENT_CA_FILE' | 'AUTH_TOKEN_FILE'

/** Paths of the access files, by their settings, and how often they are read. */
export type AccessSettings = { [Name in FileSetting]?: string } & { RELOAD_INTERVAL_MS: number }

/** TLS and authorization of the hook port; each part is present if its settings are. */
export interface Access {
  tls: Reloadable<TlsMaterial> | undefined
  authorize: Authorize | undefined
}

/**
 * Reads the files of the hook port and reloads them when they change; calls `onReload` with each new
 * certificate. Answers a fault in one line where the files do not match at first.
 */
export function openAccess(
  settings: AccessSettings,
  log: Logger,
  onReload: (material: TlsMaterial) => void,
): Access | { fault: string } {
  function open<T>(
    names: FileSetting[],
    make: (contents: string[]) => T,
    onChange: (value: T) => void,
  ): Reloadable<T> | undefined {
    const set = names.filter((name) => settings[name] !== undefined)
    if (set.length === 0) return undefined
    const files = set.join(', ')
    const paths = set.map((name) => settings[name] ?? '')
    try {
      return watchFiles(paths, make, settings.RELOAD_INTERVAL_MS, {
        onReload(value) {
          onChange(value)
          log.info({ files }, 'credentials reloaded')
        },
        onError(error) {
          log.warn(
            { files, code: findErrorCode(error) },
            'reload failed, keeping the previous files',
          )
        },
      })
    } catch (error) {
      throw new Error(`settings ${files}: the files do not match (${findErrorCode(error)})`)
    }
  }

  try {
    const tls = open(
      ['TLS_CERT_FILE', 'TLS_KEY_FILE', 'TLS_CLIENT_CA_FILE'],
      createTlsMaterial,
      onReload,
    )
    const tokens = open(
      ['AUTH_TOKEN_FILE'],
      ([text = '']) => createAuthorize(text),
      () => {},
    )
    return { tls, authorize: tokens && ((authorization) => tokens.current()(authorization)) }
  } catch (error) {
    return { fault: (error as Error).message }
  }
}
