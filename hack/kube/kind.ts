import { queryDocker, requireDocker } from '../lib/docker.ts'
import { requireProgram } from '../lib/find-program.ts'
import { buildImage } from '../lib/image.ts'
import { readManifests } from '../lib/manifests.ts'
import { run, start } from '../lib/process.ts'
import { warn } from '../lib/script.ts'
import { step } from '../lib/step.ts'
import { UserError } from '../lib/user-error.ts'
import { pinnedImage } from '../metacontroller/metacontroller.ts'
import { kubectlWith } from './kubectl.ts'

const name = 'coinflip'
/** The context that kind writes into the kubeconfig. */
export const kindContext = `kind-${name}`

const loadLimitMs = 300_000

/** Throws a UserError where kind or Docker is missing. */
export async function requireKind(): Promise<void> {
  await requireProgram('kind', 'see https://kind.sigs.k8s.io/docs/user/quick-start/#installation')
  await requireDocker()
}

async function kind(...args: string[]): Promise<string> {
  const { stdout, failure } = await run('kind', args, { env: process.env, limitMs: loadLimitMs })
  if (failure !== undefined) throw new UserError(`kind ${args[0]} ${args[1]}: ${failure}`)
  return stdout
}

/** Runs kind with its output on the terminal. */
async function runKind(...args: string[]): Promise<void> {
  const { code } = await start('kind', args, { env: process.env, output: 'inherit' }).ended
  if (code !== 0) throw new UserError(`kind ${args[0]} ${args[1]} failed; run it again to continue`)
}

/** Whether the nodes of the existing cluster get ready; those of an interrupted creation never do. */
async function isReady(): Promise<boolean> {
  await kind('export', 'kubeconfig', '--name', name)
  const kubectl = kubectlWith('--context', kindContext)
  const wait = ['wait', 'nodes', '--all', '--for=condition=Ready', '--timeout=60s']
  return (await kubectl(wait, 90_000)).failure === undefined
}

/** Creates the cluster, or recreates one that does not get ready. */
export async function createKindCluster(): Promise<void> {
  const names = (await kind('get', 'clusters')).split('\n')
  if (names.includes(name)) {
    if (await step(`checking the kind cluster ${name}`, isReady)) return
    warn(`the kind cluster ${name} does not get ready: recreating it`)
    await deleteKindCluster()
  }
  await runKind('create', 'cluster', '--name', name, '--wait', '120s')
}

/** Deletes the cluster if it exists. */
export function deleteKindCluster(): Promise<void> {
  return runKind('delete', 'cluster', '--name', name)
}

/** Builds the image; returns its name, which depends on its contents. */
export async function buildForKind(): Promise<string> {
  const { IMG } = process.env
  const built = IMG || 'coinflip-operator:kind'
  if ((await buildImage(built, process.env)) !== 0)
    throw new UserError(`docker build of ${built} failed`)
  if (IMG) return IMG
  const id = await queryDocker(['image', 'inspect', '--format', '{{.Id}}', built])
  const image = `coinflip-operator:${id.replace('sha256:', '').slice(0, 12)}`
  await queryDocker(['tag', built, image])
  return image
}

/** Loads an image of this machine into the cluster. */
function load(image: string): Promise<string> {
  return step(`loading ${image}`, () => kind('load', 'docker-image', image, '--name', name))
}

/** Loads our image and those others that exist here; the cluster pulls the rest. */
export async function loadImages(image: string): Promise<void> {
  await load(image)
  const [nats] = readManifests<{ template: { spec: { containers: { image: string }[] } } }>(
    'StatefulSet',
    'nats/',
  )
  for (const other of [nats?.spec.template.spec.containers[0]?.image ?? '', pinnedImage]) {
    const how = { env: process.env, limitMs: 20_000 }
    const { failure } = await run('docker', ['image', 'inspect', other], how)
    if (failure === undefined) await load(other)
  }
}
