import {
  type Authenticator,
  type ConnectionOptions,
  jwtAuthenticator,
  nkeyAuthenticator,
  type TlsOptions,
} from './client.ts'
import { FileError, findFileError, parseLogin, readCa, readKeyPair, readText } from './files.ts'
import { parseServers, type Servers } from './servers.ts'

/** How to reach NATS; names and meanings are those of the `nats` command line. */
export interface NatsSettings {
  /** How the client calls itself to the server; nothing by default. */
  clientName?: string | undefined
  /** One address, or several separated by commas; each may contain a user and a password. */
  url: string
  user?: string | undefined
  password?: string | undefined
  token?: string | undefined
  /** Paths of files. */
  credsFile?: string | undefined
  nkeyFile?: string | undefined
  certFile?: string | undefined
  keyFile?: string | undefined
  caFile?: string | undefined
  /** Whether TLS begins before the server's first message (its `handshake_first`). */
  tlsFirst?: boolean | undefined
  inboxPrefix?: string | undefined
}

/** Creates a login from a file, which is read again for each connection, so that a new one is used. */
function createFileLogin(setting: 'NATS_CREDS' | 'NATS_NKEY', path: string): Authenticator {
  return (nonce) => {
    const { seed, jwt } = parseLogin(readText(setting, path))
    if (seed === undefined) throw new FileError(setting, 'names a file without a seed')
    const bytes = new TextEncoder().encode(seed)
    const isNkey = setting === 'NATS_NKEY'
    if (!isNkey && jwt === undefined) throw new FileError(setting, 'names a file without a token')
    try {
      return (isNkey ? nkeyAuthenticator(bytes) : jwtAuthenticator(jwt ?? '', bytes))(nonce)
    } catch (cause) {
      throw new FileError(setting, 'names a file with a seed that is not valid', cause)
    }
  }
}

function authenticate(settings: NatsSettings, { user, pass }: Servers): ConnectionOptions {
  const { credsFile, nkeyFile, token } = settings
  if (credsFile !== undefined) return { authenticator: createFileLogin('NATS_CREDS', credsFile) }
  if (nkeyFile !== undefined) return { authenticator: createFileLogin('NATS_NKEY', nkeyFile) }
  if (token !== undefined) return { token }
  if (settings.user !== undefined) return { user: settings.user, pass: settings.password ?? '' }
  // As the command line does: a user without a password is a token.
  if (user !== undefined) return pass === undefined ? { token: user } : { user, pass }
  return {}
}

/**
 * Builds TLS options whose certificates are read again for each connection. Given their paths instead,
 * the client reads them before it listens for errors of the socket, and a reset then would end the
 * process.
 */
function buildTlsOptions({ certFile, keyFile, caFile }: NatsSettings): TlsOptions {
  const read = (get: () => string | string[]) => ({ enumerable: true, get })
  const tls: TlsOptions = {}
  if (certFile !== undefined && keyFile !== undefined)
    Object.defineProperties(tls, {
      cert: read(() => readKeyPair(certFile, keyFile).cert),
      key: read(() => readKeyPair(certFile, keyFile).key),
    })
  if (caFile !== undefined)
    Object.defineProperty(
      tls,
      'ca',
      read(() => readCa(caFile)),
    )
  return tls
}

/** Builds options with which the client never gives up and notices a hung server within 15 s. */
export function buildConnectionOptions(settings: NatsSettings): ConnectionOptions {
  const found = parseServers(settings.url)
  if ('fault' in found) throw new Error(`NATS_URL: ${found.fault}`)
  const tls = buildTlsOptions(settings)
  if (settings.tlsFirst) tls.handshakeFirst = true
  const options: ConnectionOptions = {
    servers: found.addresses.map(({ host, port }) => `${host}:${port}`),
    ...authenticate(settings, found),
    timeout: 3_000,
    pingInterval: 5_000,
    maxPingOut: 2,
    maxReconnectAttempts: -1,
    // Two refused logins in a row would close the connection for good.
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: 500,
    reconnectJitter: 200,
    // A stack taken before each publish, in case it fails, is a sixth of what publishing costs.
    noAsyncTraces: true,
  }
  if (settings.clientName !== undefined) options.name = settings.clientName
  if (settings.inboxPrefix !== undefined) options.inboxPrefix = settings.inboxPrefix
  if (found.tls || Object.keys(tls).length > 0) options.tls = tls
  return options
}

/** Reads every file of the settings as a connection would, and answers the first one's error. */
export function verifyFiles(settings: NatsSettings): FileError | undefined {
  const { authenticator, tls } = buildConnectionOptions(settings)
  try {
    for (const login of [authenticator ?? []].flat()) login()
    // Calls the getters, which read the files.
    void { ...tls }
  } catch (error) {
    const fileError = findFileError(error)
    if (fileError) return fileError
    throw error
  }
  return undefined
}
