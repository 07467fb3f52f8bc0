import { podMonitor, type Relabeling, serviceMonitor } from '../component.ts'
import type { World } from './world.ts'

/** Translates it to the configuration of Prometheus. */
function relabelConfig(relabeling: Relabeling): object {
  const { sourceLabels, targetLabel, ...same } = relabeling
  return { ...same, source_labels: sourceLabels, target_label: targetLabel }
}

/** Builds the jobs as the Prometheus operator does, without asking Kubernetes for pods. */
export function jobsOf({ service, metacontroller, api }: World): object[] {
  const [admin] = serviceMonitor?.spec.endpoints ?? []
  const [endpoint] = podMonitor?.spec.podMetricsEndpoints ?? []
  const found = (ip: string, container = 'metacontroller') => ({
    targets: ['0.0.0.0'],
    labels: {
      __meta_kubernetes_pod_ip: ip,
      __meta_kubernetes_pod_container_name: container,
      pod: ip,
    },
  })
  const pods = [found(metacontroller ?? '127.0.0.1'), found('::1'), found('127.0.0.2', 'sidecar')]
  const bearer = { type: 'Bearer', credentials: api.token }
  return [
    {
      job_name: 'coinflip-operator',
      metrics_path: admin?.path,
      static_configs: [{ targets: [new URL(service.adminUrl).host], labels: { pod: 'a' } }],
    },
    {
      job_name: 'metacontroller',
      metrics_path: endpoint?.path,
      relabel_configs: endpoint?.relabelings.map(relabelConfig),
      static_configs: pods,
    },
    {
      job_name: 'apiserver',
      scheme: 'https',
      authorization: bearer,
      tls_config: { insecure_skip_verify: true },
      static_configs: [{ targets: [new URL(api.url).host] }],
      scrape_interval: '5s',
      scrape_timeout: '5s',
    },
  ]
}
