import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { type Broker, startBroker } from '../../../hack/lib/broker.ts'
import { buildService } from '../../../hack/lib/build-service.ts'
import { onExitRemove } from '../../../hack/lib/exit.ts'
import { findNatsServer } from '../../../hack/lib/nats-server.ts'
import { warn } from '../../../hack/lib/script.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { makeCertificates } from '../../../server/cluster/certificates.ts'
import { canPin } from './pin.ts'
import { findGo, type Go, goRemedy, output } from './tools.ts'

/** What every measurement needs: the built service, a broker, a certificate, Go if there is one. */
export interface BenchEnvironment {
  /** Whether servers and load have a core each. */
  pin: boolean
  broker: Broker
  natsVersion: string
  go?: Go | undefined
  /** main.js of the service's production build. */
  entry: string
  tls: { certFile: string; keyFile: string; caFile: string }
  dir: string
}

async function writeCertificates(dir: string): Promise<BenchEnvironment['tls']> {
  const { ca, cert, key } = await makeCertificates(['localhost'], ['127.0.0.1'], 1)
  const write = (name: string, text: string) => {
    const path = join(dir, `${name}.pem`)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  return { caFile: write('ca', ca), certFile: write('cert', cert), keyFile: write('key', key) }
}

/** Keeps this process, which also reads logs, and the broker off the core of the servers. */
async function leaveServerCore(): Promise<void> {
  await output('taskset', ['--all-tasks', '--cpu-list', '--pid', '1', `${process.pid}`])
}

/** Builds the service and starts a broker; without `pin` all processes share all cores. */
export async function prepareEnvironment({ pin: wanted = true } = {}): Promise<BenchEnvironment> {
  const binary = await findNatsServer({ say: warn })
  if (!binary) throw new UserError('a nats-server is needed; NATS_SERVER_BIN names one')
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-bench-'))
  onExitRemove(dir)
  const pin = wanted && (await canPin())
  if (wanted && !pin) warn('no taskset or one core only: servers and load share the cores')
  const [entry, go, tls] = [
    await buildService(dir),
    await findGo(dir),
    await writeCertificates(dir),
  ]
  if (pin) await leaveServerCore()
  const broker = await startBroker({ binary })
  const natsVersion = (await output(binary, ['--version'])).replace('nats-server: v', '')
  return { pin, broker, natsVersion, go, entry, tls, dir }
}

/** Builds the caller with Metacontroller's transport; undefined without Go. */
export async function buildCaller({ go }: BenchEnvironment): Promise<string | undefined> {
  return go?.build('test/lib/load/caller-go')
}

/** The Go toolchain of an environment, or an error that says what for and how to get it. */
export function requireGo({ go }: BenchEnvironment, purpose: string): Go {
  if (go) return go
  throw new UserError(`go is not on the PATH; ${purpose} needs it: ${goRemedy}`)
}

/** Creates a stream as the service would, for a server that is not the service. */
export async function createStream(url: string, name: string, prefix = name): Promise<void> {
  const connection = await connect({ servers: url })
  const manager = await jetstreamManager(connection)
  const subjects = [`${prefix}.>`]
  await manager.streams.add({ name, subjects, storage: 'file', discard: 'new' })
  await connection.close()
}
