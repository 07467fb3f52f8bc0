import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { parse, stringify } from 'yaml'
import type { KubeObject } from '../../hack/kube/objects.ts'
import { parseObjects } from '../../hack/lib/manifests.ts'
import { root } from '../../hack/lib/root.ts'
import { skipUnless } from '../lib/cluster/environment.ts'
import { kubectlOf } from '../lib/cluster/kubectl.ts'
import { blocksOf, page, releasedImage, writeReleaseFiles } from '../lib/cluster/release-files.ts'

const { E2E_MODE, METACONTROLLER_MANIFESTS } = process.env
const skipped = skipUnless(['host', 'manifests'], {
  host: E2E_MODE === 'host',
  cluster: E2E_MODE === 'cluster',
  metacontroller: true,
  manifests: METACONTROLLER_MANIFESTS !== undefined,
  policies: true,
})

t.test('kustomizations of the files of a release', skipped, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-customize-'))
  t.teardown(() => rmSync(dir, { recursive: true, force: true }))
  await writeReleaseFiles(dir)
  cpSync(join(root, 'manifests/components'), join(dir, 'components'), { recursive: true })
  const kubectl = kubectlOf('kubectl', '', dir)

  /** The objects with components, and with what the block of the page with some words says. */
  async function customize(
    components: string[],
    words = '',
    file = 'install',
  ): Promise<KubeObject[]> {
    const block = blocksOf('yaml').find((text) => words && text.includes(words)) ?? '{}'
    const kustomization = {
      resources: [`${file}.yaml`],
      components: components.map((name) => `components/${name}`),
      ...parse(block),
    }
    writeFileSync(join(dir, 'kustomization.yaml'), stringify(kustomization))
    return parseObjects(await kubectl('kustomize', dir))
  }
  const deploymentIn = (objects: readonly KubeObject[]) =>
    objects.find(
      ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'coinflip-operator',
    )

  t.test('move the operator to another namespace', async (t) => {
    const objects = await customize([], 'namespace: games')
    t.notMatch(JSON.stringify(objects), 'coinflip-system')
    t.match(objects, [{ kind: 'Namespace', metadata: { name: 'games' } }])
    const composite = objects.find(({ kind }) => kind === 'CompositeController')
    t.equal(composite?.metadata.name, 'coinflip')
  })

  t.test('leave out user ids for OpenShift', async (t) => {
    for (const file of ['install', 'metacontroller']) {
      const text = JSON.stringify(await customize(['openshift'], '', file))
      t.match(text, '"runAsNonRoot":true', file)
      t.notMatch(text, /runAsUser|runAsGroup|fsGroup"/, file)
    }
  })

  t.test('use another NATS server instead of that for evaluation', async (t) => {
    const objects = await customize(['without-nats'], 'name: NATS_URL')
    t.notOk(objects.some(({ metadata }) => metadata.name.startsWith('nats')))
    const [container] = deploymentIn(objects)?.spec.template.spec.containers ?? []
    t.match(container.env, [{ name: 'NATS_URL', value: 'nats://nats.example.com:4222' }])
    t.equal(container.image, releasedImage)
  })

  const rows = page.matchAll(/^\| (`.*?`) \|/gm)
  const components = [...rows].flatMap(([, names = '']) => names.split(', '))
  t.ok(components.length > 5, 'the page has components')
  for (const component of components)
    t.test(`take the component ${component}`, async (t) => {
      const objects = await customize([component.replaceAll('`', '')])
      t.ok(deploymentIn(objects))
    })
})
