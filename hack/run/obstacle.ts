import type { KubeObject } from '../kube/objects.ts'
import { hostLabels, otherSelector, runnerOf, runsOnHost } from '../metacontroller/composite.ts'
import { type Metacontroller, serves } from '../metacontroller/metacontroller.ts'

/** Why `run` cannot serve a cluster; undefined if it can. */
export function findObstacle(
  composite: KubeObject | undefined,
  metacontrollers: readonly Metacontroller[],
): string | undefined {
  const isOnHost = composite !== undefined && runsOnHost(composite)
  const runner = isOnHost ? runnerOf(composite) : undefined
  if (runner) return `\`make run\` (${runner}) serves this cluster: end that by Ctrl-C`
  if (composite && !isOnHost)
    return 'the controller is deployed in this cluster: `make undeploy` first'
  const other = metacontrollers.find((each) => serves(each, hostLabels))
  if (!other) return undefined
  return (
    `${other.name} would also serve the CompositeController of \`run\`: start it with ` +
    `--target-label-selector='${otherSelector}'`
  )
}
