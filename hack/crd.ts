/**
 * `zx hack/crd.ts` writes the CRD that follows from the schemas of server/domain;
 * `zx hack/crd.ts --check` changes nothing, and fails when the file is not what comes out.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { argv, echo } from 'zx'
import { crdCommand, crdFile, crdPath } from './lib/crd.ts'

const file = new URL(`../${crdPath}`, import.meta.url)
const written = await readFile(file, 'utf8').catch(() => '')
const current = written === crdFile()

if (!argv.check) {
  await writeFile(file, crdFile())
  echo(current ? `${crdPath} was current` : `wrote ${crdPath}`)
} else if (!current) {
  echo(`${crdPath} does not follow from server/domain: run \`${crdCommand}\``)
  process.exitCode = 1
}
