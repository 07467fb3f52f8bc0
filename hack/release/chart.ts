import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { onExitRemove } from '../lib/exit.ts'
import { outputOf } from '../lib/process.ts'
import { root } from '../lib/root.ts'

/** Sets values at their paths in a YAML file and keeps its comments. */
async function edit(file: string, values: [path: string[], value: string][]): Promise<void> {
  const document = parseDocument(await readFile(file, 'utf8'))
  for (const [path, value] of values) document.setIn(path, value)
  await writeFile(file, document.toString({ lineWidth: 0 }))
}

/**
 * Packages a copy of the chart into a folder: with its dependencies, a readme, annotations, and the
 * digest of the image that its pods run. Throws a UserError where helm fails.
 */
export async function packageChart(
  folder: string,
  added: { readme: string; annotations: Record<string, string>; digest: string },
): Promise<void> {
  const copy = await mkdtemp(join(tmpdir(), 'coinflip-chart-'))
  const forget = onExitRemove(copy)
  const chart = join(copy, 'coinflip-operator')
  // The link to manifests/ becomes a folder.
  await cp(join(root, 'charts/coinflip-operator'), chart, { recursive: true, dereference: true })
  await cp(join(root, 'LICENSE'), join(chart, 'LICENSE'))
  await writeFile(join(chart, 'README.md'), added.readme)
  const annotations = Object.entries(added.annotations)
  await edit(
    join(chart, 'Chart.yaml'),
    annotations.map(([name, value]) => [['annotations', name], value]),
  )
  await edit(join(chart, 'values.yaml'), [[['image', 'digest'], added.digest]])
  await outputOf('helm', 'dependency', 'build', chart)
  await outputOf('helm', 'package', chart, '--destination', folder)
  await rm(copy, { recursive: true })
  forget()
}
