import type { Kubectl } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { UserError } from '../lib/user-error.ts'
import {
  findComposite,
  hostLabels,
  otherSelector,
  runnerOf,
  runsOnHost,
} from '../metacontroller/composite.ts'
import {
  findMetacontrollers,
  type Metacontroller,
  serves,
} from '../metacontroller/metacontroller.ts'

const takeOver = 'or FORCE=1 takes it over until Ctrl-C'

/** Why `run` cannot serve a cluster; undefined if it can. */
export function findObstacle(
  composite: KubeObject | undefined,
  metacontrollers: readonly Metacontroller[],
): string | undefined {
  const onHost = composite !== undefined && runsOnHost(composite)
  const runner = onHost ? runnerOf(composite) : undefined
  if (runner) return `\`make run\` (${runner}) serves this cluster: end that by Ctrl-C, ${takeOver}`
  if (composite && !onHost)
    return `the controller is deployed in this cluster: \`make undeploy\`, ${takeOver}`
  const other = metacontrollers.find((each) => serves(each, hostLabels))
  return (
    other &&
    `${other.name} would also serve the CompositeController of \`run\`: start it with ` +
      `--target-label-selector='${otherSelector}', or FORCE=1 lets both try`
  )
}

/**
 * Throws a UserError where another controller serves the cluster. Returns the deployed
 * CompositeController that has to be restored afterwards, if there is one.
 */
export async function requireUnservedCluster(
  kubectl: Kubectl,
  force: boolean,
): Promise<KubeObject | undefined> {
  const composite = await findComposite(kubectl)
  const why = force ? undefined : findObstacle(composite, await findMetacontrollers(kubectl))
  if (why) throw new UserError(`run: ${why}`)
  return composite && !runsOnHost(composite) ? composite : undefined
}
