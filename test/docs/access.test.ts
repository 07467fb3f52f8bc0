import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { root } from '../../hack/lib/root.ts'

t.test('the kustomization in docs/how-to/access.md matches the manifests', async (t) => {
  const guide = readFileSync(join(root, 'docs/how-to/access.md'), 'utf8')
  const [, text = ''] = /^```yaml\n(.*?)^```$/ms.exec(guide) ?? []
  const { resources, components } = parse(text)
  for (const url of [...resources, ...components]) {
    const [, folder = ''] = /^https:.*\/\/(.*)\?ref=/.exec(url) ?? []
    t.ok(existsSync(join(root, folder, 'kustomization.yaml')), folder)
  }
  t.match(resources[0], '/install?', 'which has TLS')
})
