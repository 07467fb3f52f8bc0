import t from 'tap'
import { readManifests } from '../../hack/lib/manifests.ts'
import { exampleConditions } from '../../hack/reference/conditions.ts'
import { createMetrics } from '../../server/app/metrics.ts'
import { alerts, dashboard, podMonitor, serviceMonitor } from './component.ts'
import { selectorsOf } from './promql.ts'
import { runbook, sections } from './runbook.ts'

const anchors = sections.map(({ anchor }) => anchor)
const texts = JSON.stringify([alerts, dashboard.panels])

t.test(
  'every alert has a severity, a summary, a description and a section of the runbook',
  async (t) => {
    t.ok(alerts.length > 10, 'they are found')
    for (const { alert, labels, annotations } of alerts) {
      t.match(alert, /^CoinFlip[A-Z]\w+$/, alert)
      t.match(labels.severity, /^(critical|warning)$/, `${alert}: severity`)
      t.ok(annotations.summary && annotations.description, `${alert}: words`)
      const [page, anchor = ''] = annotations.runbook_url.split('#')
      t.match(page, /^https:\/\/.*\/docs\/how-to\/runbook\.md$/, `${alert}: the runbook`)
      t.equal(anchor, alert.toLowerCase(), `${alert}: its section`)
      t.ok(anchors.includes(anchor), `${alert}: the section exists`)
    }
    const known = new Set(alerts.map(({ alert }) => alert))
    for (const { title } of sections.filter((each) => /^CoinFlip[A-Z]/.test(each.title)))
      t.ok(known.has(title), `${title} is an alert`)
  },
)

t.test('the runbook has every reason of a condition, and its links resolve', async (t) => {
  for (const { type, reason } of exampleConditions())
    t.match(runbook, `| ${type} | \`${reason}\` |`, `${type} ${reason}`)
  t.same(new Set(anchors).size, anchors.length, 'no heading is there twice')
  for (const [, anchor = ''] of runbook.matchAll(/\]\(#([^)]*)\)/g))
    t.ok(anchors.includes(anchor), `#${anchor}`)
})

t.test('alerts and runbook use the numbers and names of the manifests', async (t) => {
  interface Composite {
    resyncPeriodSeconds: number
  }
  const [composite] = readManifests<Composite>('CompositeController')
  const { name } = composite?.metadata ?? {}
  const seconds = composite?.spec.resyncPeriodSeconds ?? 0
  const silent = alerts.find(({ alert }) => alert === 'CoinFlipNoSyncCalls')
  t.match(silent?.expr, `> ${2 * seconds}\n`, 'no call for twice the resync period')
  t.match(silent?.annotations.description, `${seconds} s`)
  const found = runbook.match(/\b\d+ s\b(?= \(`resyncP| after the outage)/g)
  t.same(found, [`${seconds} s`, `${seconds} s`], 'the runbook')
  for (const [, value] of texts.matchAll(/[{, ]name=\\+"([^"\\]*)/g))
    t.equal(value, `CompositeController-${name}`, 'the queue of the controller')
  for (const [, value] of texts.matchAll(/controller_name=\\+"([^"\\]*)/g))
    t.equal(value, name, 'the controller')
})

t.test('the monitors select the Service and the pods', async (t) => {
  interface Ports {
    ports: { name: string }[]
  }
  const [service] = readManifests<Ports>('Service', 'base/')
  const label = serviceMonitor?.spec.jobLabel ?? ''
  t.has(service?.metadata.labels, serviceMonitor?.spec.selector.matchLabels, 'the Service')
  t.ok(service?.spec.ports.some(({ name }) => name === serviceMonitor?.spec.endpoints[0]?.port))
  const jobs = new Set([
    service?.metadata.labels?.[label],
    podMonitor?.spec.selector.matchLabels[podMonitor.spec.jobLabel],
  ])
  const named = [...texts.matchAll(/job=~?\\+"([^"\\]*)/g)].flatMap(([, job = '']) =>
    job.split('|'),
  )
  t.same(new Set(named), jobs, 'rules and dashboard name these jobs')
})

t.test('every metric of the service in alerts and dashboard is exported', async (t) => {
  const metrics = createMetrics()
  metrics.observeCalls(() => 0, 1)
  metrics.observeCertificate(() => new Date())
  const exported = metrics.registry.getMetricsAsArray().map(({ name }) => name)
  const exprs = [
    ...alerts.map(({ expr }) => expr),
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ]
  const used = exprs.flatMap(selectorsOf).flatMap(({ metric }) => metric)
  const ours = used.filter((metric) => metric.startsWith('coinflip_'))
  t.ok(ours.length > 20, 'they are found')
  for (const metric of new Set(ours))
    t.ok(exported.includes(metric.replace(/_(bucket|count|sum)$/, '')), metric)
})

t.test('the panels of the dashboard do not overlap', async (t) => {
  const { panels, templating } = dashboard
  const taken = new Map<string, string>()
  for (const { title, gridPos: at, datasource } of panels) {
    t.ok(at.x + at.w <= 24, `${title} is within the page`)
    t.equal(datasource.uid, `\${${templating.list[0]?.name}}`, `${title} has its data source`)
    for (let x = at.x; x < at.x + at.w; x++)
      for (let y = at.y; y < at.y + at.h; y++) {
        if (taken.has(`${x} ${y}`)) t.fail(`${title} overlaps ${taken.get(`${x} ${y}`)}`)
        taken.set(`${x} ${y}`, title)
      }
  }
  t.equal(new Set(panels.map(({ id }) => id)).size, panels.length, 'no id is there twice')
})
