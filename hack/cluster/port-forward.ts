import { createInterface } from 'node:readline'
import { end, start } from '../lib/process.ts'
import { Stop } from '../lib/stop.ts'
import type { Cluster } from './context.ts'
import { systemNamespace } from './system.ts'

/** A way to a Service in the cluster for as long as the connection of kubectl lasts. */
export interface Forward {
  port: number
  stop(): Promise<unknown>
}

const limitMs = 15_000

/** Opens a free loopback port that leads to the NATS server that `deploy` brought. */
export async function forwardNats({ context }: Pick<Cluster, 'context'>): Promise<Forward> {
  const what = ['port-forward', '--address', '127.0.0.1', 'service/nats', ':4222']
  const where = ['--context', context, '--namespace', systemNamespace]
  const running = start('kubectl', [...where, ...what], { env: process.env })
  const stop = () => end(running, 'SIGTERM')
  let said = ''
  running.child.stderr?.setEncoding('utf8').on('data', (text) => (said += text))
  const port = await new Promise<number | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), limitMs)
    void running.ended.then(() => resolve(undefined)).finally(() => clearTimeout(timer))
    if (running.child.stdout)
      createInterface(running.child.stdout).on('line', (line) => {
        const found = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line)?.[1]
        if (!found) return
        clearTimeout(timer)
        resolve(Number(found))
      })
  })
  if (port !== undefined) return { port, stop }
  await stop()
  const cause = said.trim().split('\n').at(-1) || `nothing after ${limitMs / 1000} s`
  throw new Stop(
    `no way to the NATS server in ${systemNamespace} (${cause}): NATS_URL names another`,
  )
}
