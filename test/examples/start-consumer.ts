import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Test } from 'tap'
import { type Ended, end, start } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'

export const program = join(root, 'examples/consumer/consumer.mjs')

/** The server that the example reads from, the folder of its database, and its user. */
export interface Place {
  url: string
  dir: string
  login?: { NATS_USER: string; NATS_PASSWORD: string }
}

export const databaseIn = (dir: string) => join(dir, 'rewards.db')

export function consumerEnv({ url, dir, login }: Place) {
  return { PATH: process.env.PATH, NATS_URL: url, DATABASE: databaseIn(dir), ...login }
}

/** Starts the example; `lines` are those that it has printed. */
export function startConsumer(
  t: Test,
  place: Place,
): { lines: string[]; stop: () => Promise<Ended> } {
  const running = start(process.execPath, [program], { env: consumerEnv(place) })
  t.teardown(() => end(running, 'SIGKILL'))
  const lines: string[] = []
  createInterface(running.child.stdout ?? process.stdin).on('line', (line) => lines.push(line))
  running.child.stderr?.on('data', (data) => lines.push(String(data)))
  return { lines, stop: () => end(running, 'SIGTERM') }
}
