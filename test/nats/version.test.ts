import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { oldestNats } from '../../hack/lib/nats-server.ts'
import { natsVersion } from '../../hack/lib/nats-sources.ts'
import { root } from '../../hack/lib/root.ts'

const read = (file: string) => readFileSync(join(root, file), 'utf8')

/** The files that match a pattern, with what each has of the expression's first group. */
function findVersions(pattern: string, expression: RegExp): string[][] {
  const files = globSync(pattern, { cwd: root })
  return files.flatMap((file) =>
    [...read(file).matchAll(expression)].map(([, found = '']) => [file, found]),
  )
}

t.test('manifests and charts have the image of the version that the tests run', async (t) => {
  const images = findVersions('{manifests,charts}/**/*.yaml', /\bimage: nats:(\S+)/g)
  t.ok(images.length, 'the images are found')
  for (const [file = '', tag] of images) t.equal(tag, `${natsVersion}-alpine`, file)
})

t.test('guides name the version that the tests run', async (t) => {
  // Other pages say with which version something was measured.
  const named = findVersions(
    '{README.md,docs/*.md,docs/how-to/*.md}',
    /nats-server (\d+\.\d+\.\d+)/g,
  )
  const guides = named.filter(([file = '']) => !/performance|reliability|scale/.test(file))
  t.ok(guides.some(([file]) => file === 'docs/how-to/nats.md'))
  for (const [file = '', version] of guides)
    t.ok(version === natsVersion || version === oldestNats.join('.'), `${file}: ${version}`)
})
