import { createMetrics } from '../../server/app/metrics.ts'
import { textTable } from '../lib/page.ts'

/** The service's own metrics, without those that the client library adds about the process. */
export function metricsTable(): string {
  const metrics = createMetrics()
  metrics.observeCalls(() => 0, 0)
  metrics.observeCertificate(() => new Date())
  const own = metrics.registry.getMetricsAsArray() as unknown as {
    name: string
    type: string
    help: string
    labelNames?: string[]
  }[]
  const rows = own
    .filter(({ name }) => name.startsWith('coinflip_'))
    .map(({ name, type, help, labelNames = [] }) => [
      `\`${name}\``,
      type,
      labelNames.map((label) => `\`${label}\``).join(', '),
      help,
    ])
  return textTable(['metric', 'type', 'labels', 'description'], rows.sort())
}
