/**
 * `zx hack/e2e.ts [THEME...]` plays the cases of test/e2e on a real Kubernetes with a real
 * Metacontroller. MODE=host takes processes of this machine, MODE=cluster a kind cluster; without
 * it the first is taken, and the second as well where kind is installed.
 */
import { which } from 'zx'
import { clusterMode } from './e2e/cluster.ts'
import { hostMode } from './e2e/host.ts'
import { heedInterrupts, isInterrupted } from './e2e/interrupt.ts'
import { summarize } from './e2e/summary.ts'
import type { Case } from './e2e/tap-cases.ts'
import { chooseThemes } from './e2e/themes.ts'
import { script, scriptArguments, warn } from './lib/script.ts'
import { Stop } from './lib/stop.ts'

const { MODE = '' } = process.env

async function modes(): Promise<((themes: readonly string[]) => Promise<Case[]>)[]> {
  if (MODE === 'host') return [hostMode]
  if (MODE === 'cluster') return [clusterMode]
  if (MODE !== '') throw new Stop(`e2e: MODE=${MODE} is neither host nor cluster`)
  const kind = await which('kind', { nothrow: true })
  return kind ? [hostMode, clusterMode] : [hostMode]
}

await script(async () => {
  const themes = chooseThemes(scriptArguments())
  const chosen = await modes()
  heedInterrupts()
  const cases: Case[] = []
  for (const mode of chosen) {
    if (isInterrupted()) break
    process.stdout.write(`${mode === hostMode ? 'host' : 'cluster'} mode\n`)
    cases.push(...(await mode(themes)))
  }
  if (!isInterrupted()) return summarize(cases)
  warn('e2e: interrupted')
  return 130
})
