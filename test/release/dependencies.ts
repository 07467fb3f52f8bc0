import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Test } from 'tap'
import { parse, stringify } from 'yaml'

/** Runs a command that must succeed. */
type Ask = (command: string, ...args: string[]) => Promise<string>

/** Serves the files of a folder, as a chart repository without a registry does. */
async function serve(t: Test, folder: string): Promise<string> {
  const server = createServer((request, response) => {
    readFile(join(folder, `${request.url}`)).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/**
 * Publishes an empty chart in the place of each dependency of a Chart.yaml, whose registries and
 * repositories no test can reach: in `registry`, or in a repository if it is in one. Returns the file
 * with their addresses.
 */
export async function replaceDependencies(
  t: Test,
  file: string,
  of: { dir: string; registry: string; ask: Ask },
): Promise<string> {
  const { dir, registry, ask } = of
  const folder = join(dir, 'repository')
  await mkdir(folder)
  const address = await serve(t, folder)
  const chart = parse(file)
  for (const dependency of chart.dependencies) {
    const { name, version, repository } = dependency
    const source = join(dir, name)
    await mkdir(source)
    await writeFile(join(source, 'Chart.yaml'), stringify({ apiVersion: 'v2', name, version }))
    await ask('helm', 'package', source, '--destination', folder)
    const isInRegistry = repository.startsWith('oci://')
    dependency.repository = isInRegistry ? `oci://${registry}/others` : address
    if (isInRegistry)
      await ask('helm', 'push', join(folder, `${name}-${version}.tgz`), dependency.repository)
  }
  await ask('helm', 'repo', 'index', folder, '--url', address)
  return stringify(chart)
}
