import {
  type Authenticator,
  type ConnectionOptions,
  jwtAuthenticator,
  nkeyAuthenticator,
  type TlsOptions,
} from './client.ts'
import { FileError, fileErrorIn, loginIn, readAuthority, readPair, readText } from './files.ts'
import { parseServers, type Servers } from './servers.ts'

/** How to reach NATS; names and meanings are those of the `nats` command line. */
export interface NatsSettings {
  /** One address or several with commas between; each may hold a user and a password. */
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
  /** Whether TLS begins before the server has said anything (its `handshake_first`). */
  tlsFirst?: boolean | undefined
  inboxPrefix?: string | undefined
}

/** A login made of a file that is read anew for each connection, so that a new one is used. */
function fileLogin(setting: 'NATS_CREDS' | 'NATS_NKEY', path: string): Authenticator {
  return (nonce) => {
    const { seed, jwt } = loginIn(readText(setting, path))
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
  if (credsFile !== undefined) return { authenticator: fileLogin('NATS_CREDS', credsFile) }
  if (nkeyFile !== undefined) return { authenticator: fileLogin('NATS_NKEY', nkeyFile) }
  if (token !== undefined) return { token }
  if (settings.user !== undefined) return { user: settings.user, pass: settings.password ?? '' }
  // As the command line has it: a user without a password is a token.
  if (user !== undefined) return pass === undefined ? { token: user } : { user, pass }
  return {}
}

/**
 * Certificates that are read anew for each connection. Given their paths instead, the client reads
 * them while nobody listens for errors of the socket, and a reset then would end the process.
 */
function certificates({ certFile, keyFile, caFile }: NatsSettings): TlsOptions {
  const read = (get: () => string | string[]) => ({ enumerable: true, get })
  const tls: TlsOptions = {}
  if (certFile !== undefined && keyFile !== undefined)
    Object.defineProperties(tls, {
      cert: read(() => readPair(certFile, keyFile).cert),
      key: read(() => readPair(certFile, keyFile).key),
    })
  if (caFile !== undefined)
    Object.defineProperty(
      tls,
      'ca',
      read(() => readAuthority(caFile)),
    )
  return tls
}

/** Options for the client: one that never gives up and notices a hung server within 15 s. */
export function connectionOptions(settings: NatsSettings): ConnectionOptions {
  const { inboxPrefix } = settings
  const found = parseServers(settings.url)
  if ('fault' in found) throw new Error(`NATS_URL: ${found.fault}`)
  const tls = certificates(settings)
  if (settings.tlsFirst) tls.handshakeFirst = true
  return {
    name: 'coinflip-operator',
    servers: found.addresses.map(({ host, port }) => `${host}:${port}`),
    ...authenticate(settings, found),
    ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
    ...(found.tls || Object.keys(tls).length > 0 ? { tls } : {}),
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
}

/** Reads every file of the settings as a connection would; what cannot be used is the FileError. */
export function checkFiles(settings: NatsSettings): FileError | undefined {
  const { authenticator, tls } = connectionOptions(settings)
  try {
    for (const login of [authenticator ?? []].flat()) login()
    // Reads the files behind it.
    void { ...tls }
  } catch (error) {
    const fault = fileErrorIn(error)
    if (fault) return fault
    throw error
  }
  return undefined
}
