import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readManifests } from '../../hack/lib/manifests.ts'
import { root } from '../../hack/lib/root.ts'

/** An alert as the component has it. */
export interface Alert {
  alert: string
  expr: string
  for?: string
  labels: { severity: string }
  annotations: { summary: string; description: string; runbook_url: string }
}

/** A rule of Prometheus that changes labels of a target. */
export interface Relabeling {
  action?: string
  sourceLabels: string[]
  regex: string
  targetLabel?: string
  replacement?: string
}

interface Panel {
  id: number
  title: string
  gridPos: { x: number; y: number; w: number; h: number }
  datasource: { uid: string }
  targets: { expr: string; legendFormat?: string }[]
}

const folder = 'components/monitoring/'

/** The rules of the Prometheus operator. */
export const [rules] = readManifests<{ groups: { name: string; rules: Alert[] }[] }>(
  'PrometheusRule',
  folder,
)

export const alerts: Alert[] = rules?.spec.groups.flatMap((group) => group.rules) ?? []

export const [serviceMonitor] = readManifests<{
  jobLabel: string
  selector: { matchLabels: Record<string, string> }
  endpoints: { port: string; path: string }[]
}>('ServiceMonitor', folder)

export const [podMonitor] = readManifests<{
  jobLabel: string
  namespaceSelector: { matchNames: string[] }
  selector: { matchLabels: Record<string, string> }
  podMetricsEndpoints: { path: string; relabelings: Relabeling[] }[]
}>('PodMonitor', folder)

/** The dashboard of Grafana. */
export const dashboard: { templating: { list: { name: string }[] }; panels: Panel[] } = JSON.parse(
  readFileSync(join(root, 'manifests', folder, 'coinflip.json'), 'utf8'),
)
