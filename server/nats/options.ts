import { readFileSync } from 'node:fs'
import { type ConnectionOptions, credsAuthenticator, nkeyAuthenticator } from './client.ts'

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

/** The addresses without what is secret in them, and the login that they held. */
export function parseServers(url: string): { servers: string[]; user?: string; pass?: string } {
  const login: { user?: string; pass?: string } = {}
  const servers = url.split(',').map((text) => {
    const address = text.trim()
    const [scheme = '', rest = ''] = address.includes('://')
      ? address.split('://', 2)
      : ['', address]
    const at = rest.lastIndexOf('@')
    if (at === -1) return address
    const [user = '', pass] = rest.slice(0, at).split(':', 2)
    login.user = decodeURIComponent(user)
    if (pass !== undefined) login.pass = decodeURIComponent(pass)
    return scheme === '' ? rest.slice(at + 1) : `${scheme}://${rest.slice(at + 1)}`
  })
  return { servers, ...login }
}

function authenticate(settings: NatsSettings): ConnectionOptions {
  const { user, pass } = parseServers(settings.url)
  // Read anew for each connection, so that a file that was replaced is taken up.
  if (settings.credsFile !== undefined) {
    const path = settings.credsFile
    return { authenticator: credsAuthenticator(() => readFileSync(path)) }
  }
  if (settings.nkeyFile !== undefined) {
    const path = settings.nkeyFile
    const seed = () => new TextEncoder().encode(readFileSync(path, 'utf8').trim())
    return { authenticator: nkeyAuthenticator(seed) }
  }
  if (settings.token !== undefined) return { token: settings.token }
  if (settings.user !== undefined) return { user: settings.user, pass: settings.password ?? '' }
  // As the command line has it: a user without a password is a token.
  if (user !== undefined) return pass === undefined ? { token: user } : { user, pass }
  return {}
}

/** Options for the client: one that never gives up and notices a hung server within 15 s. */
export function connectionOptions(settings: NatsSettings): ConnectionOptions {
  const { certFile, keyFile, caFile, inboxPrefix } = settings
  const tls = {
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
    ...(caFile === undefined ? {} : { caFile }),
  }
  return {
    name: 'coinflip-operator',
    servers: parseServers(settings.url).servers,
    ...authenticate(settings),
    ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
    ...(Object.keys(tls).length === 0 ? {} : { tls }),
    timeout: 3_000,
    pingInterval: 5_000,
    maxPingOut: 2,
    maxReconnectAttempts: -1,
    // Two refused logins in a row would close the connection for good.
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: 500,
    reconnectJitter: 200,
  }
}
