import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { goInstall } from '../../hack/lib/go-install.ts'
import { cacheFolder } from '../../hack/lib/nats-server.ts'
import { warn } from '../../hack/lib/script.ts'
import { UserError } from '../../hack/lib/user-error.ts'

const version = '0.5.1'

/** Path of the command `nats`, compiled with Go where the cache has none. */
export async function findNatsCli(): Promise<string> {
  const dir = join(cacheFolder(process.env), `nats-cli-${version}`)
  const binary = join(dir, 'nats')
  if (existsSync(binary)) return binary
  warn(`getting nats ${version}: compiling it with Go (two minutes)`)
  await mkdir(dir, { recursive: true })
  const module = `github.com/nats-io/natscli/nats@v${version}`
  return goInstall(module, dir, { env: process.env }).catch(({ message }) => {
    throw new UserError(`test-nats-cli: no command nats (${message}); install Go`)
  })
}
