import { readFileSync } from 'node:fs'
import {
  type Authenticator,
  type ConnectionOptions,
  credsAuthenticator,
  errors,
  nkeyAuthenticator,
  type TlsOptions,
} from './client.ts'

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
  inboxPrefix?: string | undefined
}

interface Servers {
  servers: string[]
  /** An address that begins with tls:// asks for TLS, which the client itself would not. */
  tls?: true
  user?: string
  pass?: string
}

/** What is meant by an escape that is none is the text itself. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The addresses without what is secret in them, and the login that they held. */
export function parseServers(url: string): Servers {
  const found: Servers = { servers: [] }
  for (const address of url.split(',')) {
    const parts = /^(?:(\w+):\/\/)?(?:(.*)@)?(.*)$/s.exec(address.trim()) ?? []
    const [, scheme, login, host = ''] = parts
    found.servers.push(scheme === undefined ? host : `${scheme}://${host}`)
    if (scheme?.toLowerCase() === 'tls') found.tls = true
    if (login === undefined) continue
    const [user = '', ...rest] = login.split(':')
    found.user = decode(user)
    if (rest.length > 0) found.pass = decode(rest.join(':'))
  }
  return found
}

/** A login made of a file that is read anew for each connection, so that a new one is taken up. */
function fileLogin(
  path: string,
  login: (read: () => Uint8Array) => Authenticator,
  ending = '',
): Authenticator {
  const read = () => new TextEncoder().encode(readFileSync(path, 'utf8').trim() + ending)
  const answer = login(read)
  return (nonce) => {
    try {
      return answer(nonce)
    } catch (cause) {
      throw new errors.AuthorizationError('no login can be made of the file', { cause })
    }
  }
}

function authenticate(settings: NatsSettings, { user, pass }: Servers): ConnectionOptions {
  const { credsFile, nkeyFile, token } = settings
  // The client finds the seed only before an end of line, which an editor may have taken.
  if (credsFile !== undefined)
    return { authenticator: fileLogin(credsFile, credsAuthenticator, '\n') }
  if (nkeyFile !== undefined) return { authenticator: fileLogin(nkeyFile, nkeyAuthenticator) }
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
  const files = Object.entries({ cert: certFile, key: keyFile, ca: caFile })
  const readers = files.flatMap(([name, path]) =>
    path === undefined
      ? []
      : [[name, { enumerable: true, get: () => readFileSync(path, 'utf8') }] as const],
  )
  return Object.defineProperties({}, Object.fromEntries(readers))
}

/** Options for the client: one that never gives up and notices a hung server within 15 s. */
export function connectionOptions(settings: NatsSettings): ConnectionOptions {
  const { inboxPrefix } = settings
  const found = parseServers(settings.url)
  const tls = certificates(settings)
  return {
    name: 'coinflip-operator',
    servers: found.servers,
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
