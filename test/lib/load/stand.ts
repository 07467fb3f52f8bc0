import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { which } from 'zx'
import { type Broker, startBroker } from '../../../hack/lib/broker.ts'
import { buildService } from '../../../hack/lib/build-service.ts'
import { makeCertificates } from '../../../hack/lib/certificates.ts'
import { onExitRemove } from '../../../hack/lib/exit.ts'
import { findNatsServer } from '../../../hack/lib/nats-server.ts'
import { run } from '../../../hack/lib/process.ts'
import { root } from '../../../hack/lib/root.ts'
import { warn } from '../../../hack/lib/script.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { canPin } from './pin.ts'

/** The Go of this machine. */
export interface Go {
  version: string
  /** Builds a package of a folder below bench/, and answers the path of the program. */
  build(folder: string, what?: string): Promise<string>
  /** Of a module that the folder uses. */
  versionOf(folder: string, module: string): Promise<string>
}

/** What a benchmark stands on: built programs, a broker, a certificate. */
export interface Stand {
  pin: boolean
  broker: Broker
  natsVersion: string
  /** Absent where there is no Go. */
  go?: Go | undefined
  /** main.js of the service's production build. */
  entry: string
  tls: { certFile: string; keyFile: string; caFile: string }
  dir: string
}

const buildLimitMs = 600_000

async function command(program: string, args: readonly string[], cwd = root): Promise<string> {
  const { stdout, failure } = await run(program, args, {
    env: process.env,
    cwd,
    limitMs: buildLimitMs,
  })
  if (failure) throw new UserError(`bench: ${program} ${args.join(' ')}: ${failure}`)
  return stdout.trim()
}

async function findGo(dir: string): Promise<Go | undefined> {
  const go = await which('go', { nothrow: true })
  if (!go) return undefined
  const version = (await command(go, ['env', 'GOVERSION'])).replace('go', '')
  const inFolder = (folder: string, ...args: string[]) =>
    command(go, args, join(root, 'bench', folder))
  return {
    version,
    async build(folder, what = '.') {
      const binary = join(dir, folder)
      await inFolder(folder, 'build', '-o', binary, what)
      return binary
    },
    versionOf: (folder, module) => inFolder(folder, 'list', '-m', '-f={{.Version}}', module),
  }
}

async function makeTls(dir: string): Promise<Stand['tls']> {
  const { ca, cert, key } = await makeCertificates(['localhost'], ['127.0.0.1'], 1)
  const files = { caFile: ca, certFile: cert, keyFile: key }
  const write = ([name, text]: [string, string]) => {
    const path = join(dir, `${name}.pem`)
    writeFileSync(path, text, { mode: 0o600 })
    return [name, path]
  }
  return Object.fromEntries(Object.entries(files).map(write))
}

/** Keeps this process, which also reads logs, and the broker from the core for servers. */
async function moveAside(pin: boolean): Promise<void> {
  if (pin) await command('taskset', ['--all-tasks', '--cpu-list', '--pid', '1', `${process.pid}`])
}

/** Builds and starts it; without `pin` processes share all cores. */
export async function prepare({ pin: wanted = true } = {}): Promise<Stand> {
  const binary = await findNatsServer({ say: warn })
  if (!binary) throw new UserError('bench: a NATS server is needed')
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-bench-'))
  onExitRemove(dir)
  const pin = wanted && (await canPin())
  if (wanted && !pin)
    warn('bench: no taskset or one core only: servers and load share what there is')
  const [entry, go, tls] = [await buildService(dir), await findGo(dir), await makeTls(dir)]
  await moveAside(pin)
  const broker = await startBroker({ binary })
  const natsVersion = (await command(binary, ['--version'])).replace('nats-server: v', '')
  return { pin, broker, natsVersion, go, entry, tls, dir }
}

/** Creates a stream as the service would, for a contestant that is not the service. */
export async function createStream(url: string, name: string, prefix = name): Promise<void> {
  const connection = await connect({ servers: url })
  const manager = await jetstreamManager(connection)
  const subjects = [`${prefix}.>`]
  await manager.streams.add({ name, subjects, storage: 'file', discard: 'new' })
  await connection.close()
}
