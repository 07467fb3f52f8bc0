import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect as connectToNats, type NatsConnection } from '@nats-io/transport-node'
import { type Config, readConfig } from '../../server/config.ts'
import { buildConnectionOptions } from '../../server/nats/connection-options.ts'
import { parseServers } from '../../server/nats/servers.ts'
import { pickNatsSettings } from '../../server/settings.ts'
import { deployedNatsUrl, deployedSettings } from '../deploy/deployed-settings.ts'
import { connect } from '../kube/context.ts'
import { runFolder } from '../kube/objects.ts'
import { forwardNats } from '../kube/port-forward.ts'
import { onExitRemove } from '../lib/exit.ts'
import { UserError } from '../lib/user-error.ts'

/** A connection to the broker that the service publishes to. */
export interface BrokerAccess {
  connection: NatsConnection
  /** Description for a person. */
  place: string
  close(): Promise<void>
}

/** The file with the URL of the server of `run` or `dev`. */
const natsUrlFile = join(runFolder, 'nats-url')

/** Writes the URL of a server on this machine for `listen`, until this process ends. */
export async function announceNats(url: string): Promise<void> {
  onExitRemove(natsUrlFile)
  await mkdir(runFolder, { recursive: true })
  await writeFile(natsUrlFile, `${url}\n`)
}

/** Reads the settings of the service; throws a UserError where they are invalid. */
export function parseSettings(env: NodeJS.ProcessEnv): Config {
  const config = readConfig(env)
  if ('fault' in config) throw new UserError(config.fault)
  return config
}

/** Connects once, with the settings of the service; throws a UserError where that fails. */
export async function openUrl(
  url: string,
  place: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<BrokerAccess> {
  const settings = pickNatsSettings(parseSettings({ ...env, NATS_URL: url }))
  const options = buildConnectionOptions(settings)
  const how = { ...options, name: 'coinflip-listen', reconnect: false }
  const connection = await connectToNats(how).catch(({ message }) => {
    throw new UserError(`${place} does not answer (${message})`)
  })
  return { connection, place, close: () => connection.close() }
}

/** Connects to the broker of a `run` or `dev` on this machine; undefined without one. */
export async function openLocal(): Promise<BrokerAccess | undefined> {
  const url = await readFile(natsUrlFile, 'utf8').catch(() => '')
  return url === '' ? undefined : openUrl(url.trim(), 'the NATS server on this machine')
}

/** Connects through the API server to the broker of `deploy`, which asks for no login. */
export async function openForwarded(context: string): Promise<BrokerAccess> {
  const forward = await forwardNats({ context })
  try {
    const url = `nats://127.0.0.1:${forward.port}`
    const access = await openUrl(url, `the NATS server in context ${context}`, {})
    return { ...access, close: () => access.close().finally(forward.stop) }
  } catch (error) {
    await forward.stop()
    throw error
  }
}

/** The addresses of a NATS_URL, without the login that it may hold. */
function addressesIn(url: string): string {
  const servers = parseServers(url)
  if ('fault' in servers) return 'an address that is none'
  return servers.addresses.map(({ host, port }) => `${host}:${port}`).join(', ')
}

/** The current context; throws a UserError if its service publishes to another server. */
async function contextOfOurNats(): Promise<string> {
  const { context, kubectl } = await connect()
  const { NATS_URL: url } = await deployedSettings(kubectl)
  if (url !== undefined && url !== deployedNatsUrl)
    throw new UserError(
      `the service publishes to ${addressesIn(url)}: set NATS_URL to its address from this machine`,
    )
  return context
}

/**
 * Finds the broker of NATS_URL, else of a `run` or `dev` on this machine, else in the cluster. Each
 * call searches again, but keeps the context of the first one.
 */
export function brokerFinder(): () => Promise<BrokerAccess> {
  let context: string | undefined
  return async () => {
    const { NATS_URL } = process.env
    if (NATS_URL) return openUrl(NATS_URL, 'NATS_URL')
    // A killed process leaves its address behind.
    const local = await openLocal().catch(() => undefined)
    if (local) return local
    context ??= await contextOfOurNats()
    return openForwarded(context)
  }
}
