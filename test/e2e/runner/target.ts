import { mkdtempSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { coinflips } from '../../../hack/coinflips/crd.ts'
import { kindContext, needKind } from '../../../hack/kube/kind.ts'
import { onExitRemove } from '../../../hack/lib/exit.ts'
import { type Env, run } from '../../../hack/lib/process.ts'
import { UserError } from '../../../hack/lib/user-error.ts'

/** A cluster that the cases may have for themselves. */
export interface Target {
  env: Env
  /** The make targets that bring the operator into it. */
  up: string[][]
  /** And those that take the cluster away, if we made it. */
  down: string[][]
}

/** A kubeconfig of our own, so that the person's current context stays what it is. */
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

/** A kind cluster: the one that is there, or one for this run alone. */
export async function kindTarget(): Promise<Target> {
  await needKind()
  const names = (await ask('kind', 'get', 'clusters')).split('\n')
  const wasThere = names.some((name) => `kind-${name}` === kindContext)
  return {
    env: { KUBECONFIG: ownKubeconfig() },
    up: [['kind-up']],
    down: wasThere ? [] : [['kind-down']],
  }
}

/** The cluster of a context that a person names, with an image that it can pull. */
export async function contextTarget(context: string, image: string | undefined): Promise<Target> {
  if (!image) throw new UserError('e2e: CONTEXT needs IMG, an image that its cluster can pull')
  const found = await ask('kubectl', '--context', context, 'get', 'crd', '-o', 'name')
  // The last steps take all CoinFlips and the operator out of it.
  if (found.includes(coinflips))
    throw new UserError(`e2e: CoinFlips are in use in ${context}: CONTEXT wants a cluster without`)
  const view = ['config', 'view', '--context', context, '--minify', '--flatten', '--raw']
  const file = ownKubeconfig()
  await writeFile(file, await ask('kubectl', ...view), { mode: 0o600 })
  return { env: { KUBECONFIG: file }, up: [['deploy', `IMG=${image}`], ['samples']], down: [] }
}
