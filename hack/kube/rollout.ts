import { UserError } from '../lib/user-error.ts'
import { poll } from '../lib/wait-for.ts'
import { find, type Kubectl } from './kubectl.ts'
import type { KubeObject } from './objects.ts'

const limitMs = 180_000

interface Pod {
  metadata: { name: string; deletionTimestamp?: string }
  spec: { containers: { image: string }[] }
  status: {
    conditions?: { type: string; status: string; message?: string }[]
    containerStatuses?: { state: { waiting?: { reason?: string; message?: string } } }[]
  }
}

/** Reasons that do not go away by waiting. */
const permanent =
  /^(ImagePullBackOff|InvalidImageName|ErrImageNeverPull|CreateContainerConfigError)$/

/** Why a pod is not ready, in a line; `final` if waiting does not help. */
function troubleIn({ metadata, status }: Pod): { text: string; final: boolean } | undefined {
  const waiting = status.containerStatuses
    ?.map(({ state }) => state.waiting)
    .find((each) => each?.reason && each.reason !== 'ContainerCreating')
  if (waiting?.reason) {
    const text = `pod ${metadata.name}: ${waiting.reason} ${waiting.message ?? ''}`.trim()
    return { text, final: permanent.test(waiting.reason) }
  }
  const unscheduled = status.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  )
  if (!unscheduled) return undefined
  return { text: `pod ${metadata.name}: ${unscheduled.message ?? 'no node'}`, final: false }
}

/** Why pods are not ready; a final cause first. */
export function troubleOf(pods: readonly Pod[]): { text: string; final: boolean } | undefined {
  const troubles = pods.map(troubleIn).filter((each) => each !== undefined)
  return troubles.find(({ final }) => final) ?? troubles[0]
}

/** The pods of a workload. */
export async function podsOf(kubectl: Kubectl, { metadata, spec }: KubeObject): Promise<Pod[]> {
  const labels = Object.entries(spec.selector.matchLabels).map(([key, value]) => `${key}=${value}`)
  const where = ['--namespace', metadata.namespace ?? 'default', '--selector', labels.join(',')]
  return (await find<{ items: Pod[] }>(kubectl, 'pods', ...where))?.items ?? []
}

/** Waits until all pods of a workload run its current template. */
export async function awaitRollout(kubectl: Kubectl, workload: KubeObject): Promise<void> {
  const { kind, metadata, spec } = workload
  const name = `${kind.toLowerCase()}/${metadata.name}`
  const namespace = ['--namespace', metadata.namespace ?? 'default']
  const image = spec.template.spec.containers[0].image
  let cause = ''
  const ask = async () => {
    const { failure } = await kubectl(['rollout', 'status', name, ...namespace, '--timeout=5s'])
    if (failure === undefined) return 'ready'
    const pods = await podsOf(kubectl, workload)
    // Pods of an earlier image are being replaced.
    const trouble = troubleOf(pods.filter(({ spec }) => spec.containers[0]?.image === image))
    cause = trouble?.text ?? failure
    return trouble?.final ? 'failed' : undefined
  }
  const outcome = await poll(ask, { timeoutMs: limitMs, intervalMs: 500 })
  if (outcome !== 'ready')
    throw new UserError(`${name} is not ready: ${cause}; run it again to continue`)
}
