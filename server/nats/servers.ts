/** The parts of a NATS_URL. */
export interface Servers {
  /** An IPv6 address is in brackets. */
  addresses: { host: string; port: number }[]
  /** Whether an address begins with tls://, which requires TLS. */
  tls: boolean
  /** The login of the last address that holds one; a user without a password is a token. */
  user?: string | undefined
  pass?: string | undefined
}

type Fault = { fault: string }

const defaultPort = 4222

/** Decodes %-escapes; a text with an invalid one is returned unchanged. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function parseAddress(text: string): { host: string; port: number } | Fault {
  const [, host = '', port] = /^(\[[^\]]*\]|[^:/]*)(?::([^/]*))?\/?$/.exec(text) ?? []
  if (/^(:\d*)?\/?$/.test(text)) return { fault: 'has no host' }
  // The client parses it as a URL, and throws at each attempt to connect where that fails.
  const isHost = /^(\[.*\]|[\w.-]+)$/.test(host) && URL.canParse(`http://${host}`)
  if (!isHost) return { fault: 'has no valid host (no quotes, IPv6 in brackets)' }
  const number = Number(port ?? defaultPort)
  if (port !== undefined && !(/^\d+$/.test(port) && number > 0 && number < 65_536))
    return { fault: 'has a port that is not a number from 1 to 65535' }
  return { host, port: number }
}

/**
 * Parses a NATS_URL: addresses separated by commas, each `[nats://|tls://][login@]host[:port]`.
 * A fault says which address is wrong and how, and never shows the value, which may hold a login.
 */
export function parseServers(url: string): Servers | Fault {
  const found: Servers = { addresses: [], tls: false }
  for (const [i, text] of url.split(',').entries()) {
    const fail = (fault: string) => ({ fault: `address ${i + 1} ${fault}` })
    if (text.trim() === '') return fail('is empty; is there a comma too many?')
    const [, scheme = 'nats', login, rest = ''] =
      /^(?:([\w+.-]*):\/\/)?(?:(.*)@)?(.*)$/s.exec(text.trim()) ?? []
    if (!/^(nats|tls)$/i.test(scheme)) return fail('must begin with nats:// or tls://')
    const address = parseAddress(rest)
    if ('fault' in address) return fail(address.fault)
    found.addresses.push(address)
    if (scheme.toLowerCase() === 'tls') found.tls = true
    if (login === undefined) continue
    const [user = '', ...pass] = login.split(':')
    found.user = decode(user)
    if (pass.length > 0) found.pass = decode(pass.join(':'))
  }
  return found
}
