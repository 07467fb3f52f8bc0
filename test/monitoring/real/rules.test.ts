import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { run } from '../../../hack/lib/process.ts'
import { alerts, rules } from '../component.ts'
import { type Case, cases } from './cases.ts'
import { atMinutes, healthy } from './scenario.ts'

const { PROMTOOL_BIN = 'promtool', PATH } = process.env

const dir = mkdtempSync(join(tmpdir(), 'coinflip-rules-'))
t.teardown(() => rmSync(dir, { recursive: true, force: true }))
writeFileSync(join(dir, 'rules.json'), JSON.stringify(rules?.spec))

/** Builds a test of promtool: these alerts fire at the end, and no others. */
function buildUnitTest([name, change, ...fires]: Case): object {
  const world = Object.entries({ ...healthy, ...change } as Record<string, string | undefined>)
  const series = world.filter((each): each is [string, string] => each[1] !== undefined)
  const exp_samples = fires.map((each) => {
    const [alert, severity] = each.split(' ')
    return { labels: `{alertname="CoinFlip${alert}", severity="${severity}"}`, value: 1 }
  })
  const expr = 'count by (alertname, severity) (ALERTS{alertstate="firing"})'
  return {
    name,
    interval: '30s',
    input_series: series.map(([series, values]) => ({ series, values })),
    promql_expr_test: [{ expr, eval_time: `${atMinutes}m`, exp_samples }],
  }
}

const promtool = (...args: string[]) =>
  run(PROMTOOL_BIN, args, { env: { PATH }, cwd: dir, limitMs: 60_000 })

t.test('promtool accepts the rules', async (t) => {
  const { stdout, stderr, failure } = await promtool('check', 'rules', 'rules.json')
  t.equal(failure, undefined, stderr)
  t.match(stdout, `SUCCESS: ${alerts.length} rules found`)
})

t.test('every alert has a case in which it fires', async (t) => {
  const fired = new Set(cases.flatMap(([, , ...fires]) => fires))
  const known = alerts.map(({ alert, labels }) => `${alert.slice(8)} ${labels.severity}`)
  t.same([...fired].sort(), known.sort())
})

t.test('exactly the expected alerts fire in each case', async (t) => {
  const files = cases.map((each, i) => {
    const whole = { rule_files: ['rules.json'], tests: [buildUnitTest(each)] }
    writeFileSync(join(dir, `${i}.json`), JSON.stringify(whole))
    return `${i}.json`
  })
  const { stdout, stderr } = await promtool('test', 'rules', ...files)
  const reports = `${stdout}\n${stderr}`.split(/^Unit Testing: +/m)
  for (const [i, [name, , ...fires]] of cases.entries()) {
    const result = reports.find((text) => text.startsWith(`${i}.json`))
    t.match(result, /SUCCESS/, `${name}: ${fires.join(' and ') || 'no alert'}`)
  }
})
