import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { freePort } from '../../../hack/lib/free-port.ts'
import { isOk } from '../../../hack/lib/is-ok.ts'
import { end, start } from '../../../hack/lib/process.ts'
import { waitFor } from '../../../hack/lib/wait-for.ts'
import type { Alert } from '../component.ts'

/** A sample of an instant query. */
export interface Sample {
  metric: Record<string, string>
  value: [seconds: number, value: string]
}

export interface Target {
  scrapeUrl: string
  health: string
  lastError: string
  labels: Record<string, string>
}

export interface RuleState extends Omit<Alert, 'alert'> {
  name: string
  health: string
  lastError?: string
  state: 'inactive' | 'pending' | 'firing'
  alerts: { state: string; annotations: Record<string, string> }[]
}

/** A Prometheus in a process of its own, on loopback. */
export interface Prometheus {
  query(expr: string): Promise<Sample[]>
  names(): Promise<string[]>
  /** Names of the labels that a metric has. */
  labels(metric: string): Promise<string[]>
  targets(): Promise<Target[]>
  rules(): Promise<RuleState[]>
  stop(): Promise<void>
}

/** Starts Prometheus with these jobs and rules, and waits until it is ready. */
export async function startPrometheus(jobs: object[], rules: unknown): Promise<Prometheus> {
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-prometheus-'))
  const url = `http://127.0.0.1:${await freePort()}`
  writeFileSync(join(dir, 'rules.json'), JSON.stringify(rules))
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: ['rules.json'],
    scrape_configs: jobs,
  }
  writeFileSync(join(dir, 'prometheus.yml'), stringify(config))
  const options = [
    `--config.file=${join(dir, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(dir, 'data')}`,
    `--web.listen-address=${new URL(url).host}`,
  ]
  const { PROMETHEUS_BIN = 'prometheus', PATH } = process.env
  const running = start(PROMETHEUS_BIN, options, { env: { PATH }, cwd: dir })
  const said: string[] = []
  running.child.stdout?.resume()
  running.child.stderr?.setEncoding('utf8').on('data', (text) => said.push(text))

  async function ask<T>(path: string, parameters: Record<string, string> = {}): Promise<T> {
    const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`)
    const answer = (await response.json()) as { status: string; data: T; error?: string }
    if (answer.status !== 'success')
      throw new Error(`${path} ${JSON.stringify(parameters)}: ${answer.error}`)
    return answer.data
  }
  const stop = async () => {
    await end(running, 'SIGTERM', 20_000)
    rmSync(dir, { recursive: true, force: true })
  }
  let ended = false
  void running.ended.then(() => {
    ended = true
  })
  await waitFor(
    async () => ({ ready: await isOk(`${url}/-/ready`), ended }),
    (seen) => seen.ready || seen.ended,
    { what: 'Prometheus is ready' },
  )
  if (ended) {
    await stop()
    throw new Error(`Prometheus ended: ${said.join('').slice(-2_000)}`)
  }
  return {
    query: async (query) => (await ask<{ result: Sample[] }>('query', { query })).result,
    names: () => ask('label/__name__/values'),
    labels: (metric) => ask('labels', { 'match[]': metric }),
    targets: async () => (await ask<{ activeTargets: Target[] }>('targets')).activeTargets,
    rules: async () =>
      (await ask<{ groups: { rules: RuleState[] }[] }>('rules')).groups.flatMap(
        (group) => group.rules,
      ),
    stop,
  }
}
