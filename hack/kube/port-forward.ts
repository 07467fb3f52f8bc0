import { systemNamespace } from '../deploy/system.ts'
import { end, start } from '../lib/process.ts'
import { UserError } from '../lib/user-error.ts'
import type { Cluster } from './context.ts'
import { until } from './until.ts'

/** A way to a Service in the cluster for as long as the connection of kubectl lasts. */
export interface Forward {
  port: number
  stop(): Promise<unknown>
}

const limitMs = 10_000

/** Opens a free loopback port that leads to a port of a Service, by the API server. */
export async function forward(
  { context }: Pick<Cluster, 'context'>,
  namespace: string,
  service: string,
  port: number,
): Promise<Forward> {
  const where = ['--context', context, '--namespace', namespace]
  const what = ['port-forward', '--address', '127.0.0.1', `service/${service}`, `:${port}`]
  const running = start('kubectl', [...where, ...what], { env: process.env })
  let said = ''
  let over = false
  for (const stream of [running.child.stdout, running.child.stderr])
    stream?.setEncoding('utf8').on('data', (text) => (said += text))
  void running.ended.then(() => {
    over = true
  })
  const open = async () => /^Forwarding from 127\.0\.0\.1:(\d+)/m.exec(said)?.[1]
  const found = await until(async () => (over ? '' : await open()), limitMs, 50)
  const stop = () => end(running, 'SIGTERM')
  if (found) return { port: Number(found), stop }
  await stop()
  throw new UserError(
    `no way to service/${service}: ${said.trim().split('\n').at(-1) || 'no answer'}`,
  )
}

/** A free loopback port that leads to the NATS server that `deploy` brought. */
export async function forwardNats(cluster: Pick<Cluster, 'context'>): Promise<Forward> {
  try {
    return await forward(cluster, systemNamespace, 'nats', 4222)
  } catch (error) {
    if (error instanceof UserError)
      throw new UserError(`${error.message}: NATS_URL names another server`)
    throw error
  }
}
