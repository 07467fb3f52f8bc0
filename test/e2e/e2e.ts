/**
 * `zx test/e2e/e2e.ts [NAME...]` runs the cases of test/e2e/NAME.test.ts on a real Kubernetes with a
 * real Metacontroller. MODE=host takes processes of this machine, MODE=cluster a kind cluster;
 * without it host mode runs, and cluster mode as well where kind is installed.
 */
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { which } from 'zx'
import { root } from '../../hack/lib/root.ts'
import { say, script, scriptArguments, warn } from '../../hack/lib/script.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { runInCluster } from './runner/cluster.ts'
import { runOnHost } from './runner/host.ts'
import { handleInterrupts, isInterrupted, type Result } from './runner/run.ts'

const modes = { host: runOnHost, cluster: runInCluster }
type Mode = keyof typeof modes

async function chooseModes(): Promise<Mode[]> {
  const { MODE = '' } = process.env
  if (MODE === 'host' || MODE === 'cluster') return [MODE]
  if (MODE !== '' && MODE !== 'both')
    throw new UserError(`e2e: MODE=${MODE} is neither host, cluster nor both`)
  const kind = MODE === 'both' || (await which('kind', { nothrow: true }))
  return kind ? ['host', 'cluster'] : ['host']
}

/** The files of the cases that were asked for, or of all. */
function chooseFiles(asked: readonly string[]): string[] {
  const all = globSync('*.test.ts', { cwd: join(root, 'test/e2e') })
  const names = all.map((file) => file.replace('.test.ts', '')).sort()
  const unknown = asked.find((name) => !names.includes(name))
  if (unknown) throw new UserError(`e2e: there are no cases ${unknown}, but ${names.join(', ')}`)
  return (asked.length > 0 ? asked : names).map((name) => `test/e2e/${name}.test.ts`)
}

/** Prints what the cases came to; resolves to the exit code. */
function summarize(results: readonly Result[]): number {
  const sum = (what: 'passed' | 'failed') => results.reduce((all, each) => all + each[what], 0)
  const all = new Set(results.flatMap(({ skipped }) => skipped))
  // With both modes each case has run in the one that it belongs to.
  const skipped = [...all].filter((text) => results.length < 2 || !text.includes('(belongs to '))
  for (const each of skipped) say(`skipped: ${each}`)
  const rest = skipped.length > 0 ? `, ${skipped.length} skipped` : ''
  say(`${sum('passed')} passed, ${sum('failed')} failed${rest}`)
  return sum('failed') > 0 ? 1 : 0
}

await script(async () => {
  const files = chooseFiles(scriptArguments())
  const chosen = await chooseModes()
  handleInterrupts()
  const results: Result[] = []
  for (const mode of chosen) {
    if (isInterrupted()) break
    say(`${mode} mode`)
    results.push(await modes[mode](files))
  }
  if (!isInterrupted()) return summarize(results)
  warn('e2e: interrupted')
  return 130
})
