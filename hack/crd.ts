/**
 * `zx hack/crd.ts` generates the CRD and its patch from the schemas of server/domain;
 * `zx hack/crd.ts --check` changes nothing and fails when a file is out of date.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { argv, echo } from 'zx'
import { crdCommand, crdFiles } from './lib/crd.ts'

for (const [path, text] of Object.entries(crdFiles())) {
  const file = new URL(`../${path}`, import.meta.url)
  const isCurrent = (await readFile(file, 'utf8').catch(() => '')) === text
  if (isCurrent) {
    if (!argv.check) echo(`${path} is up to date`)
  } else if (argv.check) {
    echo(`${path} is out of date: run \`${crdCommand}\``)
    process.exitCode = 1
  } else {
    await writeFile(file, text)
    echo(`wrote ${path}`)
  }
}
