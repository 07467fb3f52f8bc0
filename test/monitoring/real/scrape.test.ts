import t, { type Test } from 'tap'
import { until } from '../../lib/cluster/until.ts'
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

/** What only its calls bring about; `make test-monitoring` tells where there is none. */
function served(name: string, work: (t: Test) => Promise<void>): void {
  if (metacontroller) void t.test(name, work)
}
const foreign = /^(workqueue|metacontroller)_/

async function stateOf(name: string) {
  return (await prometheus.rules()).filter((rule) => rule.name === name)
}
const becomes = (name: string, severity: string, state: RegExp) =>
  until(
    () => stateOf(name),
    (found) => found.some((rule) => rule.labels.severity === severity && state.test(rule.state)),
    `${name} is ${state}`,
    60_000,
  )

t.test('each monitor leads to what it is for', async (t) => {
  const targets = await until(
    () => prometheus.targets(),
    (all) => all.filter(({ health }) => health === 'up').length >= (metacontroller ? 3 : 2),
    'targets are up',
  )
  const urls = targets.map(({ scrapeUrl }) => scrapeUrl)
  const own = metacontroller ?? '127.0.0.1'
  t.ok(urls.includes(`http://${own}:9999/metrics`), 'a pod by its address')
  t.ok(urls.includes('http://[::1]:9999/metrics'), 'by its address of IPv6, too')
  t.equal(urls.filter((url) => url.includes(':9999/')).length, 2, 'no other container')
})

served('life goes on, and leaves its traces in the metrics', async (t) => {
  await coinflips.create('lucky', 'TTTH')
  await coinflips.create('gone', 'TTT')
  await coinflips.settled('lucky')
  await coinflips.settled('gone')
  await coinflips.remove('gone')
  await coinflips.gone('gone')
  await env.nats.stop()
  await becomes('CoinFlipBrokerAway', 'critical', /pending|firing/)
  await coinflips.append('lucky', 'TTT')
  await coinflips.notified('lucky', 'BrokerUnavailable')
  const waits = 'coinflip_pending_oldest_seconds{reason="BrokerUnavailable"}'
  await until(
    () => prometheus.query(waits),
    ([sample]) => Number(sample?.value[1]) > 0,
    'waiting is seen',
  )
  await env.nats.start()
  await coinflips.settled('lucky', 90_000)
  await becomes('CoinFlipBrokerAway', 'critical', /inactive/)
  t.equal((await env.messages()).length, 3, 'and nothing is lost')
})

served('every metric is exported, with the labels that are asked for', async (t) => {
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
  await until(
    () => prometheus.names(),
    (names) => metrics.every((metric) => names.includes(metric)),
    `all of ${metrics.join(', ')} are exported`,
    90_000,
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

served('every panel shows something', async (t) => {
  for (const { title, targets } of dashboard.panels)
    for (const { expr } of targets) {
      const seen = await prometheus.query(expr.replaceAll('$__rate_interval', '5m'))
      t.ok(seen.length, `${title}: ${expr}`)
    }
})

t.test('the rules are evaluated, and at rest no alert is on its way', async (t) => {
  const states = await until(
    () => prometheus.rules(),
    (found) => found.every(({ health }) => health !== 'unknown'),
    'all rules are evaluated',
  )
  t.equal(states.length, alerts.length)
  for (const { name, health, lastError } of states) t.equal(health, 'ok', lastError ?? name)
  const words = JSON.stringify(states.flatMap((rule) => rule.alerts))
  t.notMatch(words, /error expanding|%!|no value/, 'templates of annotations')
  if (!metacontroller) return
  // What there was in the outage is over after five minutes; these look at the moment.
  const atOnce = states.filter(({ name }) => !/Retries|Queue|Slow|SyncErrors/.test(name))
  for (const { name, state } of atOnce) t.equal(state, 'inactive', name)
})
