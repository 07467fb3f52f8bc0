import type { IncomingHttpHeaders } from 'node:http'

/**
 * Why a request is refused, or undefined: the playground is for this machine's own browser. A page
 * of the web may send requests to loopback, by a name that it lets point there or with an Origin
 * of its own, and must not get to drive a broker.
 */
export function refusalOf(
  headers: IncomingHttpHeaders,
  method: string,
  port: number,
): string | undefined {
  const hosts = ['127.0.0.1', 'localhost'].map((name) => `${name}:${port}`)
  if (!hosts.includes(headers.host ?? '')) return `the host has to be ${hosts.join(' or ')}`
  const { origin } = headers
  if (origin !== undefined && !hosts.some((host) => origin === `http://${host}`))
    return 'the origin is another one'
  // Sent by browsers, absent from curl. A link from anywhere may lead here.
  const site = headers['sec-fetch-site'] ?? 'none'
  const follows = method === 'GET' && headers['sec-fetch-mode'] === 'navigate'
  if (site !== 'same-origin' && site !== 'none' && !follows) return 'it comes from another site'
  return undefined
}
