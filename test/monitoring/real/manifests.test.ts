import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import t from 'tap'
import { stringify } from 'yaml'
import { parseObjects } from '../../../hack/lib/manifests.ts'
import { root } from '../../../hack/lib/root.ts'
import { fileOf, kubectlOf } from '../../lib/cluster/kubectl.ts'
import { startControlPlane } from '../../lib/plane/control-plane.ts'

t.setTimeout(180_000)

const { KUBEBUILDER_ASSETS: assets = '', PROMETHEUS_OPERATOR_CRDS: crds } = process.env
const kinds = ['ServiceMonitor', 'PodMonitor', 'PrometheusRule']

const plane = await startControlPlane(assets)
t.teardown(() => plane.stop())
const dir = mkdtempSync(join(tmpdir(), 'coinflip-monitoring-'))
t.teardown(() => rmSync(dir, { recursive: true, force: true }))
const kubectl = kubectlOf(join(assets, 'kubectl'), plane.kubeconfig, dir)

const folder = join(dir, 'over')
mkdirSync(folder)
const from = (path: string) => relative(folder, join(root, 'manifests', path))
const whole = { resources: [from('base')], components: [from('components/monitoring')] }
writeFileSync(join(folder, 'kustomization.yaml'), stringify(whole))
const objects = parseObjects(await kubectl('kustomize', folder))

t.test('the dashboard is a ConfigMap that the sidecar of Grafana loads', async (t) => {
  const map = objects.find(({ metadata }) => metadata.name === 'coinflip-dashboard')
  t.equal(map?.metadata.labels?.grafana_dashboard, '1')
  t.same(Object.keys(map?.data ?? {}), ['coinflip.json'])
  t.ok(JSON.parse(map?.data?.['coinflip.json']).panels.length)
})

/** `make test-monitoring` reports where they are not available. */
if (crds)
  t.test(
    'an API server with the CRDs of the Prometheus operator accepts all objects',
    async (t) => {
      for (const kind of kinds)
        await kubectl(
          'create',
          '-f',
          join(crds, `monitoring.coreos.com_${kind.toLowerCase()}s.yaml`),
        )
      await kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s')
      await kubectl('create', 'namespace', 'coinflip-system')
      const own = objects.filter(({ kind }) => kinds.includes(kind) || kind === 'ConfigMap')
      t.equal(own.length, 5, 'three kinds, the settings and the dashboard')
      // Strictly: an unknown field is an error, not a warning.
      const apply = ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f']
      const { stderr, failure } = await kubectl.try(...apply, fileOf(dir, own))
      t.equal(failure, undefined, stderr)
      t.equal(stderr, '', 'without a warning')
      const rule = structuredClone(own.find(({ kind }) => kind === 'PrometheusRule'))
      rule?.spec.groups[0].rules.push({ alrt: 'CoinFlip' })
      t.match(
        (await kubectl.try(...apply, fileOf(dir, [rule ?? {}]))).stderr,
        /alrt/,
        'a typo is refused',
      )
    },
  )
