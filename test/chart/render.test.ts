import t from 'tap'
import type { KubeObject } from '../../hack/kube/objects.ts'
import { render } from '../../hack/kube/render.ts'
import { cases } from './cases.ts'
import { template } from './chart.ts'
import { normalize } from './normalize.ts'

for (const {
  name,
  values,
  kustomization,
  options = [],
  change = (objects: KubeObject[]) => objects,
} of cases)
  t.test(`renders what the kustomization has: ${name}`, async (t) => {
    const expected = normalize(change(await render('test-chart', kustomization)))
    const { 'Secret coinflip-hook-tls': _, ...found } = normalize(
      await template(values, ...options),
    )
    t.same(Object.keys(found).sort(), Object.keys(expected).sort(), 'the same objects')
    for (const [key, object] of Object.entries(expected)) t.same(found[key], object, key)
  })
