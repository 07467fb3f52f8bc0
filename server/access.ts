import type { Logger } from 'pino'
import { type Authorize, authorizeTokens } from './app/tokens.ts'
import type { Config, FileSetting } from './config.ts'
import { codeOf, exitWith } from './exit.ts'
import { type Fresh, keepFresh } from './reload.ts'
import { type TlsMaterial, tlsMaterial } from './tls.ts'

/** Who may call the hook port, and how; each part is there if its settings are. */
export interface Access {
  tls: Fresh<TlsMaterial> | undefined
  authorize: Authorize | undefined
}

/**
 * Reads the files of the hook port and keeps what is made of them current; `takeUp` is given each
 * new certificate. Ends the process with one line when they do not fit at start.
 */
export function openAccess(
  config: Config,
  log: Logger,
  takeUp: (material: TlsMaterial) => void,
): Access {
  function fresh<T>(
    names: FileSetting[],
    make: (contents: string[]) => T,
    use: (value: T) => void,
  ): Fresh<T> | undefined {
    const set = names.filter((name) => config[name] !== undefined)
    if (set.length === 0) return undefined
    const files = set.join(', ')
    const paths = set.map((name) => config[name] ?? '')
    try {
      return keepFresh(paths, make, config.RELOAD_INTERVAL_MS, {
        changed(value) {
          use(value)
          log.info({ files }, 'changed files taken up')
        },
        broken(error) {
          log.warn({ files, code: codeOf(error) }, 'changed files are of no use, the old ones stay')
        },
      })
    } catch (error) {
      return exitWith(`settings ${files}: the files do not fit together (${codeOf(error)})`)
    }
  }

  const tls = fresh(['TLS_CERT_FILE', 'TLS_KEY_FILE', 'TLS_CLIENT_CA_FILE'], tlsMaterial, takeUp)
  const tokens = fresh(
    ['AUTH_TOKEN_FILE'],
    ([text = '']) => authorizeTokens(text),
    () => {},
  )
  return { tls, authorize: tokens && ((authorization) => tokens.current()(authorization)) }
}
