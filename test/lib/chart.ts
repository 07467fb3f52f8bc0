import { cpSync, lstatSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { type Env, type Result, run } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'

const runLimitMs = 300_000

export const chartFolder = join(root, 'charts/coinflip-operator')

/**
 * Copies the chart without its dependencies: Helm requires them in the folder, and no test can rely
 * on the registries that have them.
 */
export function copyChart(dir: string): string {
  const copy = join(dir, 'coinflip-operator')
  const isOwn = (file: string) => !lstatSync(file).isSymbolicLink()
  cpSync(chartFolder, copy, { recursive: true, filter: isOwn })
  cpSync(join(root, 'manifests'), join(copy, 'files'), { recursive: true })
  const { dependencies: _, ...chart } = parse(readFileSync(join(copy, 'Chart.yaml'), 'utf8'))
  writeFileSync(join(copy, 'Chart.yaml'), stringify(chart))
  return copy
}

/** Runs Helm with folders of its own below `dir`; a failure is a value. */
export function helmOf(
  binary: string,
  dir: string,
  env: Env,
): (...args: string[]) => Promise<Result> {
  const own = { HELM_CACHE_HOME: join(dir, 'helm'), HELM_CONFIG_HOME: join(dir, 'helm') }
  return (...args) => run(binary, args, { env: { ...env, ...own }, limitMs: runLimitMs })
}
