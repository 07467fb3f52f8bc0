import { join } from 'node:path'
import { type Env, run } from '../../../hack/lib/process.ts'
import { spin, warn } from '../../../hack/lib/script.ts'

const limitMs = 120_000

/** A folder of a Go module, which is downloaded; undefined where there is no go to do that. */
async function moduleFolder(module: string, path: string): Promise<string | undefined> {
  const { stdout } = await spin(`getting the CRDs of ${module}`, () =>
    run('go', ['mod', 'download', '-json', module], { env: process.env, limitMs }),
  )
  const { Dir } = JSON.parse(stdout || '{}') as { Dir?: string }
  return Dir && join(Dir, path)
}

async function find(name: string, module: string, path: string): Promise<Env> {
  const folder = process.env[name] || (await moduleFolder(module, path))
  if (folder) return { [name]: folder }
  warn(`without the CRDs of ${module}: no go to get them, and no ${name}`)
  return {}
}

/** The variable that names the folder of the Prometheus operator's CRDs; none where it is missing. */
export function findPrometheusCrds(): Promise<Env> {
  const module = 'github.com/prometheus-operator/prometheus-operator@v0.85.0'
  return find('PROMETHEUS_OPERATOR_CRDS', module, 'example/prometheus-operator-crd')
}

/** The variable that names the folder of cert-manager's CRDs; none where it is missing. */
export function findCertManagerCrds(): Promise<Env> {
  return find('CERT_MANAGER_CRDS', 'github.com/cert-manager/cert-manager@v1.19.1', 'deploy/crds')
}
