import { cpus } from 'node:os'
import { table } from '../../hack/lib/page.ts'

/** The times of a page by what took them, and where that was. */
export function timesTable(times: Record<string, number>): string {
  const rows = Object.entries(times).map(([name, seconds]) => [name, `${seconds.toFixed(1)} s`])
  const today = new Date().toISOString().slice(0, 10)
  const processors = cpus()
  const machine = `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown processor'}`
  return `${table(['from, to', 'time'], rows)}\n\nMeasured on ${today}: ${machine}.`
}
