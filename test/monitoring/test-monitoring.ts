/**
 * Runs test/monitoring: rules, dashboard, monitors and the runbook's commands, by a real Prometheus
 * and a real API server. Takes `$PROMETHEUS_BIN` and `$PROMTOOL_BIN`, or those on the PATH.
 */
import { join } from 'node:path'
import { which } from 'zx/core'
import { findNatsServer } from '../../hack/lib/nats-server.ts'
import { type Env, run } from '../../hack/lib/process.ts'
import { runTests } from '../../hack/lib/run-tests.ts'
import { script, scriptArguments, spin, warn } from '../../hack/lib/script.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { findAssets } from '../lib/plane/assets.ts'
import { findMetacontroller } from '../lib/plane/find-metacontroller.ts'

const operator = 'github.com/prometheus-operator/prometheus-operator@v0.85.0'

async function requirePath(name: string, variable: string): Promise<Env> {
  const path = await which(process.env[variable] || name, { nothrow: true })
  if (path) return { [variable]: path }
  throw new UserError(
    `test-monitoring: there is no ${name}; install it (Debian: prometheus) or set ${variable}`,
  )
}

/** The folder of the Prometheus operator's CRDs, from its Go module where none is named. */
async function findCrds(): Promise<Env> {
  const name = 'PROMETHEUS_OPERATOR_CRDS'
  if (process.env[name]) return { [name]: process.env[name] }
  const { stdout } = await spin('getting the CRDs of the Prometheus operator', () =>
    run('go', ['mod', 'download', '-json', operator], { limitMs: 120_000 }),
  )
  const { Dir } = JSON.parse(stdout || '{}') as { Dir?: string }
  if (Dir) return { [name]: join(Dir, 'example/prometheus-operator-crd') }
  warn(`without the CRDs of the Prometheus operator: no go to get them, and no ${name}`)
  return {}
}

await script(async () => {
  const programs = {
    ...(await requirePath('prometheus', 'PROMETHEUS_BIN')),
    ...(await requirePath('promtool', 'PROMTOOL_BIN')),
    NATS_SERVER_BIN: await findNatsServer(),
    KUBEBUILDER_ASSETS: await findAssets(process.env),
  }
  if (!(await which('nats', { nothrow: true })))
    warn("without the command nats: the runbook's lines with it are not tried")
  const metacontroller = await findMetacontroller(process.env)
  const env = { ...programs, ...metacontroller, ...(await findCrds()) }
  const given = scriptArguments()
  const chosen = given.some((text) => !text.startsWith('-')) ? given : [...given, 'test/monitoring']
  // One at a time: each has a control plane of its own.
  return runTests(['--jobs=1', ...chosen], env)
})
