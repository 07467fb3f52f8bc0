import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { which } from 'zx/core'
import { type Env, run } from '../../../hack/lib/process.ts'
import { spin } from '../../../hack/lib/script.ts'
import { UserError } from '../../../hack/lib/user-error.ts'

/** The releases of Kubernetes that `.ci/run` runs cases on; all of them on the usual one. */
export const releases = { oldest: '1.33', usual: '1.36', newest: '1.37' }
const fromModule = ['run', 'sigs.k8s.io/controller-runtime/tools/setup-envtest@v0.25.1']
const downloadLimitMs = 300_000
const programs = ['etcd', 'kube-apiserver', 'kubectl']

/** Downloads the programs with setup-envtest, which keeps them in its own folder. */
async function download(env: Env): Promise<string> {
  const advice = 'KUBEBUILDER_ASSETS names a folder of etcd, kube-apiserver and kubectl'
  const has = (name: string) => which(name, { nothrow: true })
  const command = (await has('setup-envtest')) ? ['setup-envtest'] : ['go', ...fromModule]
  const [program = '', ...first] = command
  if (!(await has(program)))
    throw new UserError(`e2e: neither setup-envtest nor go is on the PATH: ${advice}`)
  const release = env.KUBERNETES_VERSION || releases.usual
  // The newest patch release.
  const pattern = /^\d+\.\d+$/.test(release) ? `${release}.x` : release
  const args = [...first, 'use', pattern, '--print', 'path']
  const { stdout, stderr, failure } = await spin('getting etcd and kube-apiserver', () =>
    run(program, args, { env, limitMs: downloadLimitMs }),
  )
  if (failure === undefined) return stdout.trim()
  const said = stderr.trim().split('\n')
  const cause = said.findLast((line) => !line.startsWith('exit status')) || failure
  throw new UserError(`e2e: setup-envtest downloads no API server (${cause}): ${advice}`)
}

/**
 * The folder of etcd, kube-apiserver and kubectl: KUBEBUILDER_ASSETS, or downloaded, of the release
 * KUBERNETES_VERSION.
 */
export async function findAssets(env: Env): Promise<string> {
  const folder = env.KUBEBUILDER_ASSETS || (await download(env))
  const missing = programs.filter((name) => !existsSync(join(folder, name)))
  if (missing.length === 0) return folder
  throw new UserError(`e2e: KUBEBUILDER_ASSETS=${folder} has no ${missing.join(', no ')}`)
}
