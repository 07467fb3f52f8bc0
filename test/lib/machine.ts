import { readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { root } from '../../hack/lib/root.ts'

const packages = ['fastify', 'pino', '@prometheus-io/client', '@nats-io/jetstream']

/** One line with the machine and versions of a measurement, without host names and paths. */
export function machineLine(versions: Record<string, string | undefined>): string {
  const processors = cpus()
  const memoryGb = Math.round(totalmem() / 1024 ** 3)
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const ours = Object.fromEntries(packages.map((name) => [name, dependencies[name]]))
  const all = { Node: process.versions.node, ...versions, ...ours }
  const named = Object.entries(all).map(([name, version]) => `${name} ${version ?? 'absent'}`)
  const today = new Date().toISOString().slice(0, 10)
  const model = processors[0]?.model.trim() ?? 'unknown processor'
  const machine = `${processors.length} x ${model}, ${memoryGb} GB, ${process.platform} ${process.arch}`
  return `Measured on ${today}: ${machine}. ${named.join(', ')}.`
}
