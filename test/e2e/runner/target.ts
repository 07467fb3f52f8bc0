import { mkdtempSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { coinflips } from '../../../hack/coinflips/crd.ts'
import { kindContext, requireKind } from '../../../hack/kube/kind.ts'
import { onExitRemove } from '../../../hack/lib/exit.ts'
import { type Env, run } from '../../../hack/lib/process.ts'
import { UserError } from '../../../hack/lib/user-error.ts'

/** A cluster that nobody else uses. */
export interface Target {
  env: Env
  /** The make targets that deploy the operator to it. */
  up: string[][]
  /** The make targets that delete the cluster, if this run created it. */
  down: string[][]
}

/** The path of a kubeconfig of this run, so that the user's current context does not change. */
function ownKubeconfig(): string {
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-e2e-'))
  onExitRemove(dir)
  return join(dir, 'kubeconfig')
}

async function ask(command: string, ...args: string[]): Promise<string> {
  const { stdout, failure } = await run(command, args, { env: process.env, limitMs: 60_000 })
  if (failure !== undefined) throw new UserError(`e2e: ${command} ${args.join(' ')}: ${failure}`)
  return stdout
}

/** A kind cluster: the present one, or one for this run alone. */
export async function kindTarget(): Promise<Target> {
  await requireKind()
  const names = (await ask('kind', 'get', 'clusters')).split('\n')
  const isPresent = names.some((name) => `kind-${name}` === kindContext)
  return {
    env: { KUBECONFIG: ownKubeconfig() },
    up: [['kind-up']],
    down: isPresent ? [] : [['kind-down']],
  }
}

/** The cluster of a context of the user's, with an image that it can pull. */
export async function contextTarget(context: string, image: string | undefined): Promise<Target> {
  if (!image) throw new UserError('e2e: CONTEXT needs IMG, an image that its cluster can pull')
  const found = await ask('kubectl', '--context', context, 'get', 'crd', '-o', 'name')
  // The last steps delete all CoinFlips and the operator from it.
  if (found.includes(coinflips))
    throw new UserError(`e2e: CoinFlips are in use in ${context}: CONTEXT wants a cluster without`)
  const view = ['config', 'view', '--context', context, '--minify', '--flatten', '--raw']
  const file = ownKubeconfig()
  await writeFile(file, await ask('kubectl', ...view), { mode: 0o600 })
  return { env: { KUBECONFIG: file }, up: [['deploy', `IMG=${image}`], ['samples']], down: [] }
}
