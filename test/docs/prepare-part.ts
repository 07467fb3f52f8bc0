import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  buildForKind,
  createKindCluster,
  kindContext,
  loadImages,
  requireKind,
} from '../../hack/kube/kind.ts'
import { kubectlWith } from '../../hack/kube/kubectl.ts'
import { onExitRemove } from '../../hack/lib/exit.ts'
import { type Env, run } from '../../hack/lib/process.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { writeReleaseFiles } from '../lib/cluster/release-files.ts'
import { startControlPlane } from '../lib/plane/control-plane.ts'
import { requirePrograms } from '../lib/plane/programs.ts'

/** The requirements of a part of a page, fulfilled. */
interface Requirements {
  env: Env
  /** What is used in place of addresses that only exist after a release. */
  standIns?: Record<string, string>
  close(): Promise<unknown>
}

/** A real API server without nodes, and a Metacontroller for `make run`. */
async function cluster(): Promise<Requirements> {
  const { assets, metacontroller, manifests } = await requirePrograms(process.env)
  const plane = await startControlPlane(assets)
  const env = {
    METACONTROLLER_BIN: metacontroller,
    METACONTROLLER_MANIFESTS: manifests,
    PATH: process.env.PATH,
    KUBECONFIG: plane.kubeconfig,
  }
  return { env, close: plane.stop }
}

/** kind with a Docker engine, and no kind cluster of this project, which the page would delete. */
async function kind(): Promise<Requirements> {
  await requireKind()
  const { stdout } = await run('kind', ['get', 'clusters'], { env: process.env, limitMs: 60_000 })
  if (stdout.split('\n').some((name) => `kind-${name}` === kindContext))
    throw new UserError(`${kindContext} exists already, and the page would delete it`)
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-docs-'))
  onExitRemove(dir)
  const env = { ...process.env, KUBECONFIG: join(dir, 'kubeconfig') }
  const remove = ['delete', 'cluster', '--name', 'coinflip']
  const close = () => run('kind', remove, { env, limitMs: 300_000 })
  return { env: { KUBECONFIG: env.KUBECONFIG }, close }
}

/** Gives the NATS server a folder of this machine, where a cluster on it provides no volumes. */
async function provideVolume(): Promise<void> {
  const kubectl = kubectlWith('--context', kindContext)
  const { stdout } = await kubectl(['get', 'storageclasses', '--output', 'name'])
  if (stdout !== '') return
  const path = mkdtempSync(join(tmpdir(), 'coinflip-docs-'))
  onExitRemove(path)
  // The server is not root, and its fsGroup does not change such a volume.
  chmodSync(path, 0o777)
  const volume = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'coinflip-docs' },
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path } },
  }
  await kubectl(['apply', '--filename', '-'], { input: JSON.stringify(volume) })
}

/** An empty kind cluster that has the images, and the files of a release. */
async function release(): Promise<Requirements> {
  const { env, close } = await kind()
  process.env.KUBECONFIG = env.KUBECONFIG
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-docs-'))
  onExitRemove(dir)
  try {
    const image = await buildForKind()
    await createKindCluster()
    await loadImages(image)
    await provideVolume()
    await writeReleaseFiles(dir, image)
  } catch (error) {
    await close()
    throw error
  }
  const latest = 'https://github.com/OWNER/coinflip-operator/releases/latest/download'
  return { env, close, standIns: { [latest]: dir } }
}

/** The chart needs a registry of charts, and a cluster of its own. */
async function helm(): Promise<Requirements> {
  throw new UserError(
    'make e2e MODE=cluster ARGS=helm runs the command with the chart of this folder',
  )
}

const parts: Record<string, () => Promise<Requirements>> = {
  '': async () => ({ env: {}, close: async () => {} }),
  cluster,
  kind,
  release,
  helm,
}

/** Starts what a part requires, or resolves to what is missing. */
export async function preparePart(name: string): Promise<Requirements | { missing: string }> {
  const part = parts[name]
  if (!part) throw new UserError(`test-docs: there is no part ${name}, but ${Object.keys(parts)}`)
  try {
    return await part()
  } catch (error) {
    if (error instanceof UserError) return { missing: error.message.replace(/^e2e: /, '') }
    throw error
  }
}
