import { askDocker, needDocker } from '../lib/docker.ts'
import { buildImage } from '../lib/image.ts'
import { readManifests } from '../lib/manifests.ts'
import { run, start } from '../lib/process.ts'
import { warn } from '../lib/script.ts'
import { step } from '../lib/step.ts'
import { UserError } from '../lib/user-error.ts'
import { pinnedImage } from '../metacontroller/metacontroller.ts'
import { kubectlWith } from './kubectl.ts'
import { needProgram } from './programs.ts'

const name = 'coinflip'
/** By this name kind puts the cluster into the kubeconfig. */
export const kindContext = `kind-${name}`

const loadLimitMs = 300_000

/** Stops where a program is missing that a kind cluster takes. */
export async function needKind(): Promise<void> {
  await needProgram('kind', 'see https://kind.sigs.k8s.io/docs/user/quick-start/#installation')
  await needDocker()
}

async function kind(...args: string[]): Promise<string> {
  const { stdout, failure } = await run('kind', args, { env: process.env, limitMs: loadLimitMs })
  if (failure !== undefined) throw new UserError(`kind ${args[0]} ${args[1]}: ${failure}`)
  return stdout
}

/** Runs kind with its own progress before the person. */
async function showKind(...args: string[]): Promise<void> {
  const { code } = await start('kind', args, { env: process.env, output: 'inherit' }).ended
  if (code !== 0)
    throw new UserError(`kind ${args[0]} ${args[1]} failed: repeating goes on from here`)
}

/** Whether the cluster that is there can be used; one that is half made never gets ready. */
async function isWhole(): Promise<boolean> {
  await kind('export', 'kubeconfig', '--name', name)
  const kubectl = kubectlWith('--context', kindContext)
  const wait = ['wait', 'nodes', '--all', '--for=condition=Ready', '--timeout=60s']
  return (await kubectl(wait, 90_000)).failure === undefined
}

/** Makes the cluster, or anew what an interrupted run left of it. */
export async function upKind(): Promise<void> {
  const names = (await kind('get', 'clusters')).split('\n')
  if (names.includes(name)) {
    if (await step(`looking at the kind cluster ${name}`, isWhole)) return
    warn(`the kind cluster ${name} does not get ready: making it anew`)
    await downKind()
  }
  await showKind('create', 'cluster', '--name', name, '--wait', '120s')
}

/** Takes the cluster away; that there is none is fine. */
export function downKind(): Promise<void> {
  return showKind('delete', 'cluster', '--name', name)
}

/** Builds the image and answers its name, which is another one for other contents. */
export async function buildForKind(): Promise<string> {
  const { IMG } = process.env
  const built = IMG || 'coinflip-operator:kind'
  if ((await buildImage(built, process.env)) !== 0)
    throw new UserError(`docker build of ${built} failed`)
  if (IMG) return IMG
  const id = await askDocker(['image', 'inspect', '--format', '{{.Id}}', built])
  const image = `coinflip-operator:${id.replace('sha256:', '').slice(0, 12)}`
  await askDocker(['tag', built, image])
  return image
}

/** Gives the cluster an image of this machine. */
function load(image: string): Promise<string> {
  return step(`loading ${image}`, () => kind('load', 'docker-image', image, '--name', name))
}

/** Loads our image, and of the others those that are here; the cluster pulls what is not. */
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
