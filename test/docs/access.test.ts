import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { readDocuments } from '../../hack/lib/manifests.ts'
import { root } from '../../hack/lib/root.ts'

t.test('the kustomization in docs/how-to/access.md matches the manifests', async (t) => {
  const guide = readFileSync(join(root, 'docs/how-to/access.md'), 'utf8')
  const [, text = ''] = /^```yaml\n(.*?)^```$/ms.exec(guide) ?? []
  const { resources, components, patches } = parse(text)
  for (const url of [...resources, ...components]) {
    const [, folder = ''] = /^https:.*\/\/(.*)\?ref=/.exec(url) ?? []
    t.ok(existsSync(join(root, folder, 'kustomization.yaml')), folder)
  }
  t.match(components[0], '/tls?', 'the others depend on it')
  const [added] = readDocuments('components/tls/compositecontroller.yaml').flat().slice(-1) as [
    { path: string; value: { caBundle: { inline: string } }[] },
  ]
  t.ok(added.value[0]?.caBundle.inline)
  t.match(parse(patches[0].patch), [{ path: `${added.path}/0/caBundle/inline` }])
})
