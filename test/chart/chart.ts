import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { parseAllDocuments } from 'yaml'
import type { KubeObject } from '../../hack/kube/objects.ts'
import { onExitRemove } from '../../hack/lib/exit.ts'
import { copyChart, helmOf } from '../lib/chart.ts'

const { HELM_BIN = '' } = process.env

/** A temporary folder of this file of tests. */
export const dir = mkdtempSync(join(tmpdir(), 'coinflip-chart-'))
onExitRemove(dir)
t.comment('the chart is copied without its dependencies, which no test downloads')
export const chart = copyChart(dir)
export const helm = helmOf(HELM_BIN, dir, process.env)

let files = 0

/** Options of Helm for these values. */
export function valuesOption(values: object): string {
  const file = join(dir, `values-${files++}.json`)
  writeFileSync(file, JSON.stringify(values))
  return `--values=${file}`
}

/** The objects that Helm renders, hooks excluded; throws its error. */
export async function template(values: object, ...options: string[]): Promise<KubeObject[]> {
  const namespace = '--namespace=coinflip-system'
  const args = ['coinflip', chart, namespace, valuesOption(values), ...options]
  const { stdout, stderr, failure } = await helm('template', '--no-hooks', ...args)
  if (failure !== undefined) throw new Error(stderr)
  // As Kubernetes reads it: 0440 is octal.
  return parseAllDocuments(stdout, { version: '1.1' })
    .map((document) => document.toJS() as KubeObject | null)
    .filter((object) => object !== null)
}
