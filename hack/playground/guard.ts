import type { IncomingHttpHeaders } from 'node:http'

/**
 * Why a request is refused, or undefined. The playground is for a browser on this machine. A web page
 * can send requests to loopback, by DNS rebinding or with its own Origin, and must not control the
 * broker.
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
  // Browsers send it, curl does not. A link on any page may lead here.
  const site = headers['sec-fetch-site'] ?? 'none'
  const isNavigation = method === 'GET' && headers['sec-fetch-mode'] === 'navigate'
  if (site !== 'same-origin' && site !== 'none' && !isNavigation)
    return 'it comes from another site'
  return undefined
}
