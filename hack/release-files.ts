/**
 * Writes what a release of the image IMG consists of into dist/release: files/ for its page, notes.md,
 * and artifacthub-repo.yml for the registry. IMG names a digest.
 */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { imageReplacement } from './deploy/compose.ts'
import { renderInstall } from './deploy/render-install.ts'
import { yamlOf } from './kube/objects.ts'
import { imageName } from './lib/image.ts'
import { requireProgram } from './lib/require-program.ts'
import { root } from './lib/root.ts'
import { script, step } from './lib/script.ts'
import { UserError } from './lib/user-error.ts'
import { renderMetacontroller } from './metacontroller/install.ts'
import { artifactHubAnnotations } from './release/artifact-hub.ts'
import { findChanges } from './release/changelog.ts'
import { packageChart } from './release/chart.ts'
import { checksums } from './release/checksums.ts'
import { absoluteLinks, filesUrl, releaseNotes } from './release/notes.ts'
import { sbom } from './release/sbom.ts'

const read = (file: string) => readFileSync(join(root, file), 'utf8')

await script(async () => {
  const image = imageName('release-files', process.env)
  const { digest } = imageReplacement(image)
  if (!digest) throw new UserError(`IMG=${image} has no digest: a release names its image by one`)
  const { version, repository } = JSON.parse(read('package.json'))
  const changes = findChanges(read('CHANGELOG.md'), version)
  if ('fault' in changes) throw new UserError(`CHANGELOG.md ${changes.fault}`)
  const { groups } = changes
  await requireProgram('helm', 'see https://helm.sh/docs/intro/install/')
  await requireProgram('kubectl', 'see https://kubernetes.io/docs/tasks/tools/')

  const release = join(root, 'dist/release')
  const folder = join(release, 'files')
  rmSync(release, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const write = (name: string, text: string) => writeFileSync(join(release, name), text)
  await step('files/metacontroller.yaml', async () =>
    write('files/metacontroller.yaml', yamlOf(await renderMetacontroller())),
  )
  const olderVersions = globSync('kubernetes-*', { cwd: join(root, 'manifests/components') })
  for (const components of [[], ...olderVersions.map((name) => [name])]) {
    const name = `${['install', ...components].join('-')}.yaml`
    await step(`files/${name}`, async () =>
      write(`files/${name}`, yamlOf(await renderInstall(image, components))),
    )
  }
  await step('the chart', () =>
    packageChart(folder, {
      readme: absoluteLinks(
        read('docs/how-to/helm.md'),
        `${filesUrl(repository.url, version)}docs/how-to/`,
      ),
      annotations: artifactHubAnnotations(groups, version, image),
      digest,
    }),
  )
  await step('files/sbom.cdx.json', async () => write('files/sbom.cdx.json', await sbom()))
  write('files/checksums.txt', checksums(folder))
  write('notes.md', releaseNotes(groups, version, repository.url))
  write('artifacthub-repo.yml', read('charts/artifacthub-repo.yml'))
})
