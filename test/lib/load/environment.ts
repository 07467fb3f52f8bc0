import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBroker } from '../../../hack/lib/broker.ts'
import { buildService } from '../../../hack/lib/build-service.ts'
import { onExitRemove } from '../../../hack/lib/exit.ts'
import { findNatsServer } from '../../../hack/lib/nats-server.ts'
import { outputOf } from '../../../hack/lib/process.ts'
import { warn } from '../../../hack/lib/script.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { writeCertificates } from '../certificate-files.ts'
import { findGo, type Go } from './go.ts'
import { canPin } from './pin.ts'

/** What every measurement needs. */
export type BenchEnvironment = Awaited<ReturnType<typeof prepareEnvironment>>

/** Builds the service and starts a broker; without `pin` all processes share all cores. */
export async function prepareEnvironment({ pin: wanted = true } = {}) {
  const natsServer = await findNatsServer()
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-bench-'))
  onExitRemove(dir)
  const pin = wanted && (await canPin())
  if (wanted && !pin) warn('no taskset or one core only: servers and load share the cores')
  const entry = await buildService(dir)
  const go = await findGo(dir)
  // Keeps this process, which also reads logs, and the broker off the core of the servers.
  if (pin) await outputOf('taskset', '--all-tasks', '--cpu-list', '--pid', '1', `${process.pid}`)
  return {
    /** Whether servers and load have a core each. */
    pin,
    broker: await startBroker({ binary: natsServer }),
    /** Path of nats-server. */
    natsServer,
    natsVersion: (await outputOf(natsServer, '--version')).replace('nats-server: v', ''),
    go,
    /** main.js of the service's production build. */
    entry,
    tls: await writeCertificates(dir),
    dir,
  }
}

/** Builds the caller with Metacontroller's transport. */
export const buildCaller = (go: Go) => go.build('test/lib/load/caller-go')

/** The Go toolchain of an environment, or an error that says what for and how to get it. */
export function requireGo({ go }: BenchEnvironment, purpose: string): Go {
  if (go) return go
  const remedy = 'https://go.dev/dl, or on Debian apt-get install golang'
  throw new UserError(`go is not on the PATH; ${purpose} needs it: ${remedy}`)
}
