import { lookup } from 'node:dns/promises'
import { type AddressInfo, isIPv6 } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Config } from './config.ts'
import { exitWith } from './exit.ts'
import { codeOf } from './lib/files.ts'

/** Error codes that the port causes; any other one is caused by the address. */
const portErrors = new Set(['EADDRINUSE', 'EACCES'])

/** Binds an address or name; the error code if that fails. */
async function bind(app: FastifyInstance, host: string, port: number): Promise<string | undefined> {
  try {
    // Fastify opens a second server for `localhost`, which has none of the limits of the first.
    const { address } = await lookup(host)
    await app.listen({ host: address, port })
    return undefined
  } catch (error) {
    return codeOf(error)
  }
}

/**
 * Listens on HOST and the port of `setting`, and returns `address:port` as it is written in a URL.
 * `::` means IPv6 and IPv4, or IPv4 alone where the kernel has no IPv6. Ends the process with one
 * line that names the wrong setting when it cannot listen.
 */
export async function listen(
  app: FastifyInstance,
  setting: 'PORT' | 'ADMIN_PORT',
  { HOST: host, [setting]: port }: Config,
): Promise<string> {
  let code = await bind(app, host, port)
  if (host === '::' && code && !portErrors.has(code)) code = await bind(app, '0.0.0.0', port)
  if (code && portErrors.has(code))
    exitWith(`setting ${setting}: cannot listen on port ${port} (${code})`)
  if (code) exitWith(`setting HOST: cannot listen on this address (${code})`)
  const { address, port: bound } = app.server.address() as AddressInfo
  return `${isIPv6(address) ? `[${address}]` : address}:${bound}`
}
