import { systemNamespace } from '../deploy/system.ts'
import { startDaemon } from '../lib/daemon.ts'
import { UserError } from '../lib/user-error.ts'
import type { Cluster } from './context.ts'

/** A port-forward to a Service, until it is stopped or kubectl loses its connection. */
export interface Forward {
  port: number
  stop(): Promise<unknown>
}

const timeoutMs = 10_000

/** Forwards a free loopback port to a port of a Service. */
export async function forward(
  { context }: Pick<Cluster, 'context'>,
  namespace: string,
  service: string,
  port: number,
): Promise<Forward> {
  const where = ['--context', context, '--namespace', namespace]
  const args = [
    'port-forward',
    '--address',
    '127.0.0.1',
    `service/${service}`,
    `:${port}`,
    ...where,
  ]
  const name = `the port-forward to service/${service}`
  const portIn = (lines: readonly string[]) =>
    /^Forwarding from 127\.0\.0\.1:(\d+)/m.exec(lines.join('\n'))?.[1]
  const how = { name, command: 'kubectl', args, isReady: portIn, timeoutMs }
  const { lines, stop } = await startDaemon(how)
  return { port: Number(portIn(lines)), stop }
}

/** Forwards a free loopback port to the NATS server that `deploy` installed. */
export async function forwardNats(cluster: Pick<Cluster, 'context'>): Promise<Forward> {
  try {
    return await forward(cluster, systemNamespace, 'nats', 4222)
  } catch (error) {
    if (error instanceof UserError)
      throw new UserError(`${error.message}: NATS_URL names another server`)
    throw error
  }
}
