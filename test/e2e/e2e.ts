/**
 * `zx test/e2e/e2e.ts [THEME...]` plays the cases of test/e2e on a real Kubernetes with a real
 * Metacontroller. MODE=host takes processes of this machine, MODE=cluster a kind cluster; without
 * it the first is taken, and the second as well where kind is installed.
 */
import { which } from 'zx'
import { script, scriptArguments, warn } from '../../hack/lib/script.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { clusterMode } from './runner/cluster.ts'
import { hostMode } from './runner/host.ts'
import { heedInterrupts, isInterrupted } from './runner/interrupt.ts'
import { summarize } from './runner/summary.ts'
import type { Case } from './runner/tap-cases.ts'
import { chooseThemes } from './runner/themes.ts'

const { MODE = '' } = process.env

async function modes(): Promise<((themes: readonly string[]) => Promise<Case[]>)[]> {
  if (MODE === 'host') return [hostMode]
  if (MODE === 'cluster') return [clusterMode]
  if (MODE !== '') throw new UserError(`e2e: MODE=${MODE} is neither host nor cluster`)
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
