import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onExitRemove } from '../lib/exit.ts'
import { run } from '../lib/process.ts'
import { root } from '../lib/root.ts'
import { UserError } from '../lib/user-error.ts'

const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'))

interface Manifest {
  devDependencies?: object
  optionalDependencies?: object
}

/** A manifest of npm without what only development needs. */
function runtimeOf<M extends Manifest>({ devDependencies, optionalDependencies, ...rest }: M) {
  return rest
}

/**
 * The packages that the service is built from, as a CycloneDX document. npm reads files without
 * development dependencies: with --omit=dev, npm 11.19.1 also omits packages that both kinds of
 * dependencies need. Throws a UserError where npm fails.
 */
export async function sbom(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'coinflip-sbom-'))
  const forget = onExitRemove(folder)
  // The document names its subject by the folder.
  const cwd = join(folder, 'coinflip-operator')
  mkdirSync(cwd)
  const lock = read('package-lock.json')
  const packages = Object.entries<Record<string, unknown>>(lock.packages)
    .filter(([, { dev, optional, devOptional }]) => !dev && !optional && !devOptional)
    .map(([path, entry]) => [path, path === '' ? runtimeOf(entry) : entry])
  const files = {
    'package.json': runtimeOf(read('package.json')),
    'package-lock.json': { ...lock, packages: Object.fromEntries(packages) },
  }
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(cwd, name), JSON.stringify(content))
  const options = ['--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application']
  const { stdout, failure } = await run('npm', ['sbom', ...options], { cwd })
  if (failure !== undefined) throw new UserError(`npm sbom: ${failure}`)
  rmSync(folder, { recursive: true })
  forget()
  return stdout
}
