import { lookup } from 'node:dns/promises'
import { type AddressInfo, isIPv6 } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Config } from './config.ts'
import { exitWith } from './exit.ts'
import { findErrorCode } from './lib/error-code.ts'

/** Error codes caused by the port; the address causes all others. */
const portErrors = new Set(['EADDRINUSE', 'EACCES'])

/** Binds an address or name; answers the error code if that fails. */
async function bind(app: FastifyInstance, host: string, port: number): Promise<string | undefined> {
  try {
    // For `localhost` Fastify opens a second server, without the limits of the first.
    const { address } = await lookup(host)
    await app.listen({ host: address, port })
    return undefined
  } catch (error) {
    return findErrorCode(error) ?? 'unknown error'
  }
}

/**
 * Listens on HOST and the port of `setting`, and returns `address:port` as a URL has it. `::` means
 * IPv6 and IPv4, or IPv4 alone where the kernel has no IPv6. If it cannot listen, the process ends with
 * a line that names the wrong setting.
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
