import t, { type Test } from 'tap'
import { waitFor } from '../../../hack/lib/wait-for.ts'
import { alerts, dashboard, rules } from '../component.ts'
import { groupedBy, selectorsOf } from '../promql.ts'
import { jobsOf } from './jobs.ts'
import { startPrometheus } from './prometheus.ts'
import { openWorld } from './world.ts'

t.setTimeout(300_000)

const world = await openWorld(t)
const { env, coinflips, metacontroller } = world
const prometheus = await startPrometheus(jobsOf(world), rules?.spec)
t.teardown(() => prometheus.stop())

/** A test that needs a Metacontroller; `make test-monitoring` reports where there is none. */
function served(name: string, work: (t: Test) => Promise<void>): void {
  if (metacontroller) void t.test(name, work)
}
const foreign = /^(workqueue|metacontroller)_/

async function stateOf(name: string) {
  return (await prometheus.rules()).filter((rule) => rule.name === name)
}
const becomes = (name: string, severity: string, state: RegExp) =>
  waitFor(
    () => stateOf(name),
    (found) => found.some((rule) => rule.labels.severity === severity && state.test(rule.state)),
    { what: `${name} is ${state}`, timeoutMs: 60_000 },
  )

t.test('the monitors select their targets', async (t) => {
  const targets = await waitFor(
    () => prometheus.targets(),
    (all) => all.filter(({ health }) => health === 'up').length >= (metacontroller ? 3 : 2),
    { what: 'targets are up' },
  )
  const urls = targets.map(({ scrapeUrl }) => scrapeUrl)
  const own = metacontroller ?? '127.0.0.1'
  t.ok(urls.includes(`http://${own}:9999/metrics`), 'a pod by its IPv4 address')
  t.ok(urls.includes('http://[::1]:9999/metrics'), 'a pod by its IPv6 address')
  t.equal(urls.filter((url) => url.includes(':9999/')).length, 2, 'no other container')
})

served('an outage of NATS shows in metrics and alerts', async (t) => {
  await coinflips.create('lucky', 'TTTH')
  await coinflips.create('gone', 'TTT')
  await coinflips.settled('lucky')
  await coinflips.settled('gone')
  await coinflips.remove('gone')
  await coinflips.gone('gone')
  await env.nats.stop()
  await becomes('CoinFlipNatsDisconnected', 'critical', /pending|firing/)
  await coinflips.append('lucky', 'TTT')
  await coinflips.notified('lucky', 'BrokerUnavailable')
  const waits = 'coinflip_oldest_pending_age_seconds{reason="BrokerUnavailable"}'
  await waitFor(
    () => prometheus.query(waits),
    ([sample]) => Number(sample?.value[1]) > 0,
    { what: 'the pending notification is measured' },
  )
  await env.nats.start()
  await coinflips.settled('lucky', 90_000)
  await becomes('CoinFlipNatsDisconnected', 'critical', /inactive/)
  t.equal((await env.messages()).length, 3, 'no message is lost')
})

served('every metric of rules and dashboard is exported with its labels', async (t) => {
  const panels = dashboard.panels.flatMap(({ title, targets }) =>
    targets.map(({ expr, legendFormat = '' }) => ({ title, expr, words: legendFormat })),
  )
  const all = [
    ...alerts.map((each) => ({
      title: each.alert,
      expr: each.expr,
      words: JSON.stringify(each.annotations),
    })),
    ...panels,
  ]
  const selectors = all.flatMap(({ expr }) => selectorsOf(expr))
  const metrics = [...new Set(selectors.map(({ metric }) => metric))]
  await waitFor(
    () => prometheus.names(),
    (names) => metrics.every((metric) => names.includes(metric)),
    { what: `all of ${metrics.join(', ')} are exported`, timeoutMs: 90_000 },
  )
  t.ok(metrics.length > 20, `${metrics.length} metrics`)
  const labels = new Map<string, string[]>()
  for (const metric of metrics) labels.set(metric, await prometheus.labels(metric))
  for (const { metric, matchers } of selectors)
    for (const { label } of matchers)
      t.ok(labels.get(metric)?.includes(label), `${metric} has ${label}`)
  for (const { title, expr, words } of all) {
    const known = new Set(selectorsOf(expr).flatMap(({ metric }) => labels.get(metric) ?? []))
    const shown = [...words.matchAll(/\{\{ ?(?:\$labels\.)?([a-z]\w*) ?\}\}/g)].map(
      ([, it = '']) => it,
    )
    for (const label of [...groupedBy(expr), ...shown]) t.ok(known.has(label), `${title}: ${label}`)
  }
  for (const { metric, matchers } of selectors.filter(({ metric }) => foreign.test(metric)))
    for (const { label, operator, value } of matchers)
      if (operator === '=')
        t.ok((await prometheus.query(`${metric}{${label}="${value}"}`)).length, `${label}=${value}`)
})

served('every panel has data', async (t) => {
  for (const { title, targets } of dashboard.panels)
    for (const { expr } of targets) {
      const seen = await prometheus.query(expr.replaceAll('$__rate_interval', '5m'))
      t.ok(seen.length, `${title}: ${expr}`)
    }
})

t.test('all rules are evaluated, and no alert is pending at rest', async (t) => {
  const states = await waitFor(
    () => prometheus.rules(),
    (found) => found.every(({ health }) => health !== 'unknown'),
    { what: 'all rules are evaluated' },
  )
  t.equal(states.length, alerts.length)
  for (const { name, health, lastError } of states) t.equal(health, 'ok', lastError ?? name)
  const words = JSON.stringify(states.flatMap((rule) => rule.alerts))
  t.notMatch(words, /error expanding|%!|no value/, 'templates of annotations')
  if (!metacontroller) return
  // The other alerts look at the last five minutes, in which there was an outage.
  const immediate = states.filter(({ name }) => !/Failing|Backlog|SyncSlow|SyncErrors/.test(name))
  for (const { name, state } of immediate) t.equal(state, 'inactive', name)
})
