import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { startDaemon } from '../../../hack/lib/daemon.ts'
import { freePort } from '../../../hack/lib/free-port.ts'
import { isOk } from '../../../hack/lib/is-ok.ts'
import type { Alert } from '../component.ts'

/** A sample of an instant query. */
interface Sample {
  metric: Record<string, string>
  value: [seconds: number, value: string]
}

interface Target {
  scrapeUrl: string
  health: string
}

interface RuleState extends Omit<Alert, 'alert'> {
  name: string
  health: string
  lastError?: string
  state: 'inactive' | 'pending' | 'firing'
  alerts: { state: string; annotations: Record<string, string> }[]
}

/** Starts Prometheus on loopback with these jobs and rules, and waits until it is ready. */
export async function startPrometheus(jobs: object[], rules: unknown) {
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-prometheus-'))
  const remove = () => rmSync(dir, { recursive: true, force: true })
  const url = `http://127.0.0.1:${await freePort()}`
  writeFileSync(join(dir, 'rules.json'), JSON.stringify(rules))
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: ['rules.json'],
    scrape_configs: jobs,
  }
  writeFileSync(join(dir, 'prometheus.yml'), stringify(config))
  const { PROMETHEUS_BIN = 'prometheus', PATH } = process.env
  const daemon = await startDaemon({
    name: 'Prometheus',
    command: PROMETHEUS_BIN,
    args: [
      `--config.file=${join(dir, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      `--web.listen-address=${new URL(url).host}`,
    ],
    env: { PATH },
    isReady: () => isOk(`${url}/-/ready`),
    timeoutMs: 60_000,
  }).catch((error) => {
    remove()
    throw error
  })
  async function ask<T>(path: string, parameters: Record<string, string> = {}): Promise<T> {
    const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`)
    const answer = (await response.json()) as { status: string; data: T; error?: string }
    if (answer.status === 'success') return answer.data
    throw new Error(`${path} ${JSON.stringify(parameters)}: ${answer.error}`)
  }
  return {
    query: async (query: string) => (await ask<{ result: Sample[] }>('query', { query })).result,
    names: () => ask<string[]>('label/__name__/values'),
    /** Names of the labels that a metric has. */
    labels: (metric: string) => ask<string[]>('labels', { 'match[]': metric }),
    targets: async () => (await ask<{ activeTargets: Target[] }>('targets')).activeTargets,
    rules: async () =>
      (await ask<{ groups: { rules: RuleState[] }[] }>('rules')).groups.flatMap(
        (group) => group.rules,
      ),
    async stop() {
      await daemon.stop(20_000)
      remove()
    },
  }
}
