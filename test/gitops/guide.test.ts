import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readManifests } from '../../hack/lib/manifests.ts'
import { root } from '../../hack/lib/root.ts'
import { Config } from '../../server/config.ts'
import { apiVersion, group, kind } from '../../server/domain/coinflip.ts'
import { examples, guide } from './guide.ts'

t.test('the kustomization of the operator matches the manifests', async (t) => {
  const [example] = examples('kustomize.config.k8s.io/', 'Kustomization')
  const [, folder = ''] = /^https:.*\/\/(.*)\?ref=/.exec(example.resources[0]) ?? []
  t.ok(existsSync(join(root, folder, 'kustomization.yaml')), folder)
  const [deployment] = readManifests<{
    template: { spec: { containers: { image: string }[] } }
  }>('Deployment', 'base/')
  const [container] = deployment?.spec.template.spec.containers ?? []
  t.equal(example.images[0].name, container?.image, 'the image')
  const names = example.configMapGenerator[0].literals.map((text: string) => text.split('=')[0])
  for (const name of names) t.ok(name in Config.properties, `the setting ${name}`)
  const [crd] = readManifests('CustomResourceDefinition')
  t.equal(example.patches[0].target.name, crd?.metadata.name, 'the CRD')
})

t.test('the examples select CoinFlips and their flips', async (t) => {
  const [application] = examples('argoproj.io/', 'Application')
  t.same(application.spec.ignoreDifferences, [{ group, kind, jsonPointers: ['/spec/flips'] }])
  const [{ spec }] = examples('kustomize.toolkit.fluxcd.io/', 'Kustomization')
  t.match(spec.healthCheckExprs, [{ apiVersion, kind }])
  const [settings] = examples('v1', 'ConfigMap')
  t.same(Object.keys(settings.data), [`resource.customizations.health.${group}_${kind}`])
})

t.test('the quoted refusal is that of the CRD', async (t) => {
  const [crd] = readManifests('CustomResourceDefinition')
  const [, message = ''] = /refused: `(.*?)\.\.\.`/.exec(guide) ?? []
  t.ok(message.length > 10 && JSON.stringify(crd).includes(message), message)
})
