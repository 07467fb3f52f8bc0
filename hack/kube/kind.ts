import { buildImage, requireDocker } from '../lib/image.ts'
import { readManifests } from '../lib/manifests.ts'
import { outputOf, run, runInTerminal } from '../lib/process.ts'
import { requireProgram } from '../lib/require-program.ts'
import { step, warn } from '../lib/script.ts'
import { UserError } from '../lib/user-error.ts'
import { pinnedImage } from '../metacontroller/metacontroller.ts'
import { kubectlWith } from './kubectl.ts'

const name = 'coinflip'
/** The context that kind writes into the kubeconfig. */
export const kindContext = `kind-${name}`

/** Throws a UserError where kind or Docker is missing. */
export async function requireKind(): Promise<void> {
  await requireProgram('kind', 'see https://kind.sigs.k8s.io/docs/user/quick-start/#installation')
  await requireDocker()
}

/** Runs kind with its output on the terminal. */
async function kind(...args: string[]): Promise<void> {
  if ((await runInTerminal('kind', [...args, '--name', name])) !== 0)
    throw new UserError(`kind ${args.slice(0, 2).join(' ')} failed; run it again to continue`)
}

/** Whether the nodes of the existing cluster get ready; those of an interrupted creation never do. */
async function isReady(): Promise<boolean> {
  await outputOf('kind', 'export', 'kubeconfig', '--name', name)
  const wait = ['wait', 'nodes', '--all', '--for=condition=Ready', '--timeout=60s']
  const limitMs = 90_000
  return (await kubectlWith('--context', kindContext)(wait, { limitMs })).failure === undefined
}

/** Creates the cluster, or recreates one that does not get ready. */
export async function createKindCluster(): Promise<void> {
  if ((await outputOf('kind', 'get', 'clusters')).split('\n').includes(name)) {
    if (await step(`checking the kind cluster ${name}`, isReady)) return
    warn(`the kind cluster ${name} does not get ready: recreating it`)
    await deleteKindCluster()
  }
  await kind('create', 'cluster', '--wait', '120s')
}

/** Deletes the cluster if it exists. */
export function deleteKindCluster(): Promise<void> {
  return kind('delete', 'cluster')
}

/** Builds the image; returns its name, which depends on its contents. */
export async function buildForKind(): Promise<string> {
  const { IMG } = process.env
  const built = IMG || 'coinflip-operator:kind'
  if ((await buildImage(built, process.env)) !== 0)
    throw new UserError(`docker build of ${built} failed`)
  if (IMG) return IMG
  const id = await outputOf('docker', 'image', 'inspect', '--format', '{{.Id}}', built)
  const image = `coinflip-operator:${id.replace('sha256:', '').slice(0, 12)}`
  await outputOf('docker', 'tag', built, image)
  return image
}

/** Loads our image and those others that exist here; the cluster pulls the rest. */
export async function loadImages(image: string): Promise<void> {
  const load = (each: string) =>
    step(`loading ${each}`, async () => {
      const limitMs = 300_000
      const { failure } = await run('kind', ['load', 'docker-image', each, '--name', name], {
        limitMs,
      })
      if (failure !== undefined) throw new UserError(`kind load docker-image: ${failure}`)
    })
  await load(image)
  const [nats] = readManifests('StatefulSet', 'nats/')
  for (const other of [nats?.spec.template.spec.containers[0].image, pinnedImage])
    if ((await run('docker', ['image', 'inspect', other])).failure === undefined) await load(other)
}
