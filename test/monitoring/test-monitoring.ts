/**
 * Runs test/monitoring: rules, dashboard, monitors and the runbook's commands, by a real Prometheus
 * and a real API server. Takes `$PROMETHEUS_BIN` and `$PROMTOOL_BIN`, or those on the PATH.
 */
import { which } from 'zx/core'
import { findNatsServer } from '../../hack/lib/nats-server.ts'
import type { Env } from '../../hack/lib/process.ts'
import { runTests } from '../../hack/lib/run-tests.ts'
import { script, scriptArguments, warn } from '../../hack/lib/script.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { findAssets } from '../lib/plane/assets.ts'
import { findMetacontroller } from '../lib/plane/find-metacontroller.ts'
import { findPrometheusCrds } from '../lib/plane/foreign-crds.ts'

async function requirePath(name: string, variable: string): Promise<Env> {
  const path = await which(process.env[variable] || name, { nothrow: true })
  if (path) return { [variable]: path }
  throw new UserError(
    `test-monitoring: there is no ${name}; install it (Debian: prometheus) or set ${variable}`,
  )
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
  const env = { ...programs, ...metacontroller, ...(await findPrometheusCrds()) }
  const given = scriptArguments()
  const chosen = given.some((text) => !text.startsWith('-')) ? given : [...given, 'test/monitoring']
  // One at a time: each has a control plane of its own.
  return runTests(['--jobs=1', ...chosen], env)
})
