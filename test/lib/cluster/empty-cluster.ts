import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { type Result, run } from '../../../hack/lib/process.ts'
import { root } from '../../../hack/lib/root.ts'
import { startControlPlane } from '../plane/control-plane.ts'
import { type Kubectl, kubectlOf } from './kubectl.ts'
import { writeReleaseFiles } from './release-files.ts'

/** A fresh API server, and the files of a release in a folder. */
export interface EmptyCluster {
  kubectl: Kubectl
  /** The folder. */
  dir: string
  /** Runs shell commands in it. */
  shell(commands: string): Promise<Result>
  /** Runs a command of server/cluster.ts as a pod with its service account would. */
  runInPod(command: string): Promise<Result>
}

/** Starts it until the end of the test. */
export async function startEmptyCluster(t: Test, assets: string): Promise<EmptyCluster> {
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-install-'))
  const plane = await startControlPlane(assets)
  t.teardown(async () => {
    await plane.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  const kubectl = kubectlOf('kubectl', plane.kubeconfig, dir)
  await writeReleaseFiles(dir)

  async function writeAccount(account: string): Promise<string> {
    const folder = mkdtempSync(join(dir, `${account}-`))
    const namespace = 'coinflip-system'
    const token = await kubectl('create', 'token', account, '--namespace', namespace)
    const ca = readFileSync(plane.access.caFile, 'utf8')
    for (const [name, text] of Object.entries({ token, namespace, 'ca.crt': ca }))
      writeFileSync(join(folder, name), text)
    return folder
  }
  return {
    kubectl,
    dir,
    shell: (commands) =>
      run('bash', ['-euo', 'pipefail', '-c', commands], {
        env: kubectl.env,
        cwd: dir,
        limitMs: 120_000,
      }),
    async runInPod(command) {
      const folder = await writeAccount(`coinflip-${command}`)
      const { hostname, port } = new URL(plane.access.url)
      const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port }
      const args = ['server/cluster.ts', command, '--account', folder]
      return run(process.execPath, args, { env, cwd: root, limitMs: 180_000 })
    },
  }
}
