/**
 * `zx hack/crd.ts` generates the CRD from the schemas of server/domain;
 * `zx hack/crd.ts --check` changes nothing and fails when the file is out of date.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { argv, echo } from 'zx'
import { crdCommand, crdFile, crdPath } from './lib/crd.ts'

const file = new URL(`../${crdPath}`, import.meta.url)
const written = await readFile(file, 'utf8').catch(() => '')
const current = written === crdFile()

if (!argv.check) {
  await writeFile(file, crdFile())
  echo(current ? `${crdPath} is up to date` : `wrote ${crdPath}`)
} else if (!current) {
  echo(`${crdPath} is out of date: run \`${crdCommand}\``)
  process.exitCode = 1
}
