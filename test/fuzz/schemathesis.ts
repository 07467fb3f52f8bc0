import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { onExitRemove } from '../../hack/lib/exit.ts'
import { cacheFolder } from '../../hack/lib/nats-server.ts'
import { run } from '../../hack/lib/process.ts'
import { UserError } from '../../hack/lib/user-error.ts'

const requirements = join(import.meta.dirname, 'requirements.txt')
const configuration = join(import.meta.dirname, 'schemathesis.toml')
const oldestPython = [3, 11] as const
const remedy = `install Python ${oldestPython.join('.')} or later with pip (Debian: apt-get install python3 python3-pip)`
const downloadLimitMs = 300_000

async function pythonVersion(): Promise<string> {
  const ask = 'import pip, sys; print("%d.%d" % sys.version_info[:2])'
  const { stdout, failure } = await run('python3', ['-c', ask], {
    env: process.env,
    limitMs: 20_000,
  })
  if (failure) throw new UserError(`fuzz: python3 with pip is needed (${failure}); ${remedy}`)
  const [major = 0, minor = 0] = stdout.trim().split('.').map(Number)
  if (major === oldestPython[0] && minor < oldestPython[1])
    throw new UserError(`fuzz: python3 is ${stdout.trim()}; ${remedy}`)
  return stdout.trim()
}

/**
 * Path of a folder with schemathesis and its dependencies, for Python to import: from the user's
 * cache, where pip installs them, each package checked against its hash.
 */
export async function installSchemathesis(say: (line: string) => void): Promise<string> {
  const python = await pythonVersion()
  const text = await readFile(requirements, 'utf8')
  const version = /^schemathesis==(\S+)/m.exec(text)?.[1]
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12)
  const cacheDir = cacheFolder(process.env)
  const folder = join(cacheDir, `schemathesis-${version}-${hash}-python${python}`)
  if (existsSync(folder)) return folder

  say(`installing schemathesis ${version} with pip`)
  const fresh = join(cacheDir, `.new-${randomUUID()}`)
  const forget = onExitRemove(fresh)
  const quiet = ['--quiet', '--no-input', '--disable-pip-version-check']
  const exact = ['--no-deps', '--require-hashes', '--only-binary', ':all:']
  const target = ['--target', fresh, '--requirement', requirements]
  await mkdir(cacheDir, { recursive: true })
  const { stderr, failure } = await run(
    'python3',
    ['-m', 'pip', 'install', ...quiet, ...exact, ...target],
    { env: process.env, limitMs: downloadLimitMs },
  )
  if (failure) {
    await rm(fresh, { recursive: true, force: true })
    const why = /^ERROR: (.+)$/m.exec(stderr)?.[1] ?? failure
    throw new UserError(`fuzz: pip could not install schemathesis ${version} (${why})`)
  }
  // Another process may have installed the same folder meanwhile.
  await rename(fresh, folder).catch(() => rm(fresh, { recursive: true, force: true }))
  forget()
  return folder
}

export interface SchemathesisOptions {
  /** From installSchemathesis. */
  packages: string
  /** Base URL of the service. */
  url: string
  /** Temporary folder for its files. */
  dir: string
  seed: number
  /** Phases of schemathesis: examples, coverage, fuzzing. */
  phases: string
  /** Time limit of the phases. */
  seconds: number
  /** Headers of each call, as `Name: value`. */
  headers: readonly string[]
  /** File that gets every call with its response. */
  report: string
}

/** Runs schemathesis on the OpenAPI description of the service; answers its report of failures. */
export async function runSchemathesis(options: SchemathesisOptions): Promise<string | undefined> {
  const { packages, url, dir, seed, phases, seconds, headers, report } = options
  const args = [
    // Ignores the packages of the user.
    ...['-s', '-m', 'schemathesis.cli', '--config-file', configuration],
    ...['run', `${url}/docs/json`, '--checks', 'all', '--phases', phases],
    ...['--seed', String(seed), '--max-time', String(seconds), '--workers', '1'],
    ...['--report', 'ndjson', '--report-ndjson-path', report],
    ...headers.flatMap((header) => ['--header', header]),
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
  if (failure === undefined) return undefined
  if (!existsSync(report))
    throw new UserError(`fuzz: schemathesis did not start (${failure})\n${stdout}${stderr}`)
  return `${stdout}${stderr}`
}
