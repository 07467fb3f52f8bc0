import { systemNamespace } from '../deploy/system.ts'
import { end, start } from '../lib/process.ts'
import { UserError } from '../lib/user-error.ts'
import { poll } from '../lib/wait-for.ts'
import type { Cluster } from './context.ts'

/** A port-forward to a Service, until it is stopped or kubectl loses its connection. */
export interface Forward {
  port: number
  stop(): Promise<unknown>
}

const limitMs = 10_000

/** Forwards a free loopback port to a port of a Service. */
export async function forward(
  { context }: Pick<Cluster, 'context'>,
  namespace: string,
  service: string,
  port: number,
): Promise<Forward> {
  const flags = ['--context', context, '--namespace', namespace]
  const args = ['port-forward', '--address', '127.0.0.1', `service/${service}`, `:${port}`]
  const running = start('kubectl', [...flags, ...args])
  let output = ''
  let hasEnded = false
  for (const stream of [running.child.stdout, running.child.stderr])
    stream?.setEncoding('utf8').on('data', (text) => (output += text))
  void running.ended.then(() => {
    hasEnded = true
  })
  const portIn = (text: string) => /^Forwarding from 127\.0\.0\.1:(\d+)/m.exec(text)?.[1]
  await poll(() => hasEnded || portIn(output), { timeoutMs: limitMs })
  const found = hasEnded ? undefined : portIn(output)
  const stop = () => end(running, 'SIGTERM')
  if (found) return { port: Number(found), stop }
  await stop()
  throw new UserError(
    `no port-forward to service/${service}: ${output.trim().split('\n').at(-1) || 'no answer'}`,
  )
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
