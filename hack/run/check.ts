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
  takes,
} from '../metacontroller/metacontroller.ts'

const override = 'or FORCE=1 takes it over until Ctrl-C'

/** What keeps `run` from serving a cluster; undefined when nothing does. */
export function obstacle(
  composite: KubeObject | undefined,
  metacontrollers: readonly Metacontroller[],
): string | undefined {
  const onHost = composite !== undefined && runsOnHost(composite)
  const runner = onHost ? runnerOf(composite) : undefined
  if (runner) return `\`make run\` (${runner}) serves this cluster: end that by Ctrl-C, ${override}`
  if (composite && !onHost)
    return `the controller is deployed in this cluster: \`make undeploy\`, ${override}`
  const other = metacontrollers.find((each) => takes(each, hostLabels))
  return (
    other &&
    `${other.name} would serve the CompositeController of \`run\` as well: start it with ` +
      `--target-label-selector='${otherSelector}', or FORCE=1 lets both try`
  )
}

/**
 * Stops where somebody else serves the cluster. Answers the deployed CompositeController that has
 * to be put back afterwards, if there is one.
 */
export async function needFreeCluster(
  kubectl: Kubectl,
  force: boolean,
): Promise<KubeObject | undefined> {
  const composite = await findComposite(kubectl)
  const why = force ? undefined : obstacle(composite, await findMetacontrollers(kubectl))
  if (why) throw new UserError(`run: ${why}`)
  return composite && !runsOnHost(composite) ? composite : undefined
}
