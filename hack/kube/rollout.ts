import { UserError } from '../lib/user-error.ts'
import { find, type Kubectl } from './kubectl.ts'
import type { KubeObject } from './objects.ts'
import { until } from './until.ts'

const limitMs = 180_000

interface Pod {
  metadata: { name: string }
  spec: { containers: { image: string }[] }
  status: {
    conditions?: { type: string; status: string; message?: string }[]
    containerStatuses?: { state: { waiting?: { reason?: string; message?: string } } }[]
  }
}

/** What time will not heal. */
const hopeless =
  /^(ImagePullBackOff|InvalidImageName|ErrImageNeverPull|CreateContainerConfigError)$/

/** What a pod waits for, in a line; `final` when waiting on will not help. */
function troubleIn({ metadata, status }: Pod): { text: string; final: boolean } | undefined {
  const waiting = status.containerStatuses
    ?.map(({ state }) => state.waiting)
    .find((each) => each?.reason && each.reason !== 'ContainerCreating')
  if (waiting?.reason) {
    const text = `pod ${metadata.name}: ${waiting.reason} ${waiting.message ?? ''}`.trim()
    return { text, final: hopeless.test(waiting.reason) }
  }
  const unscheduled = status.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  )
  if (!unscheduled) return undefined
  return { text: `pod ${metadata.name}: ${unscheduled.message ?? 'no node'}`, final: false }
}

/** Why pods are not ready: what will not heal, if there is such. */
export function troubleOf(pods: readonly Pod[]): { text: string; final: boolean } | undefined {
  const troubles = pods.map(troubleIn).filter((each) => each !== undefined)
  return troubles.find(({ final }) => final) ?? troubles[0]
}

/** Waits until a workload, as it was applied, runs in all of its pods. */
export async function awaitRollout(kubectl: Kubectl, workload: KubeObject): Promise<void> {
  const { kind, metadata, spec } = workload
  const name = `${kind.toLowerCase()}/${metadata.name}`
  const namespace = ['--namespace', metadata.namespace ?? 'default']
  const labels = Object.entries(spec.selector.matchLabels).map(([key, value]) => `${key}=${value}`)
  const image = spec.template.spec.containers[0].image
  const pods = ['pods', ...namespace, '--selector', labels.join(',')]
  let cause = ''
  const done = await until(async () => {
    const { failure } = await kubectl(['rollout', 'status', name, ...namespace, '--timeout=5s'])
    if (failure === undefined) return true
    const found = await find<{ items: Pod[] }>(kubectl, ...pods)
    // Those of an earlier image go away by themselves.
    const present = found?.items.filter(({ spec }) => spec.containers[0]?.image === image) ?? []
    const trouble = troubleOf(present)
    cause = trouble?.text ?? failure
    return trouble?.final ? false : undefined
  }, limitMs)
  if (!done) throw new UserError(`${name} is not ready: ${cause}; repeating goes on from here`)
}
