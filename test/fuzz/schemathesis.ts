import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder, fillCache } from '../../hack/lib/cache.ts'
import { pipInstall } from '../../hack/lib/pip-install.ts'
import { run } from '../../hack/lib/process.ts'
import { warn } from '../../hack/lib/script.ts'
import { UserError } from '../../hack/lib/user-error.ts'

const requirements = join(import.meta.dirname, 'requirements.txt')
const configuration = join(import.meta.dirname, 'schemathesis.toml')
const oldestMinor = 11
const downloadLimitMs = 300_000

async function pythonVersion(): Promise<string> {
  const ask = 'import pip, sys; print("%d.%d" % sys.version_info[:2])'
  const options = { env: process.env, limitMs: 20_000 }
  const { stdout, failure } = await run('python3', ['-c', ask], options)
  const version = stdout.trim()
  if (failure === undefined && Number(version.replace('3.', '')) >= oldestMinor) return version
  throw new UserError(
    `fuzz: python3 is ${failure ? `unusable (${failure})` : version}; install Python ` +
      `3.${oldestMinor} or later with pip (Debian: apt-get install python3 python3-pip)`,
  )
}

/**
 * Path of a folder with schemathesis and its dependencies, for Python to import: from the user's
 * cache, where pip installs them, each package checked against its hash.
 */
export async function installSchemathesis(): Promise<string> {
  const python = await pythonVersion()
  const text = await readFile(requirements, 'utf8')
  const version = /^schemathesis==(\S+)/m.exec(text)?.[1]
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12)
  const cache = cacheFolder(process.env)
  const name = `schemathesis-${version}-${hash}-python${python}`
  if (existsSync(join(cache, name))) return join(cache, name)

  warn(`installing schemathesis ${version} with pip`)
  const install = async (dir: string) => {
    await pipInstall(requirements, dir, { env: process.env, retries: 5, limitMs: downloadLimitMs })
    return dir
  }
  return fillCache(cache, name, install).catch(({ message }) => {
    throw new UserError(`fuzz: pip could not install schemathesis ${version} (${message})`)
  })
}

/**
 * Runs schemathesis on the OpenAPI description of the service, with files in `dir`; answers the
 * failures that it found as text, and the path of its report of every call.
 */
export async function runSchemathesis(options: {
  /** From installSchemathesis. */
  packages: string
  url: string
  dir: string
  seed: number
  /** Phases of schemathesis: examples, coverage, fuzzing. */
  phases: string
  /** Time limit of the phases. */
  seconds: number
  token: string | undefined
}): Promise<{ found?: string; report: string }> {
  const { packages, url, dir, seed, phases, seconds, token } = options
  const report = join(dir, 'report.ndjson')
  const args = [
    // Ignores the packages of the user.
    ...['-s', '-m', 'schemathesis.cli', '--config-file', configuration],
    ...['run', `${url}/docs/json`, '--checks', 'all', '--phases', phases],
    ...['--seed', String(seed), '--max-time', String(seconds), '--workers', '1'],
    ...['--report', 'ndjson', '--report-ndjson-path', report],
    ...(token ? ['--header', `Authorization: Bearer ${token}`] : []),
  ]
  const env = {
    PATH: process.env.PATH,
    // No proxy or login of this user, and no files in the home folder.
    HOME: dir,
    PYTHONPATH: packages,
    // Caches tables of characters, which take seconds to generate.
    HYPOTHESIS_STORAGE_DIRECTORY: join(packages, '.hypothesis'),
    PYTHONUTF8: '1',
    PYTHONDONTWRITEBYTECODE: '1',
  }
  const limitMs = (seconds + 60) * 1000
  const { stdout, stderr, failure } = await run('python3', args, { env, cwd: dir, limitMs })
  if (failure === undefined) return { report }
  if (!existsSync(report))
    throw new UserError(`fuzz: schemathesis did not start (${failure})\n${stdout}${stderr}`)
  return { found: `${stdout}${stderr}`, report }
}
