import t from 'tap'
import type { Kubectl } from '../../../hack/kube/kubectl.ts'
import { awaitRollout, troubleOf } from '../../../hack/kube/rollout.ts'

const pod = (reason: string | undefined, image = 'a:1', conditions: object[] = []) => ({
  metadata: { name: 'p' },
  spec: { containers: [{ image }] },
  status: {
    conditions: conditions as { type: string; status: string; message?: string }[],
    containerStatuses: [{ state: reason ? { waiting: { reason, message: 'why' } } : {} }],
  },
})
const unscheduled = { type: 'PodScheduled', status: 'False', message: 'no node is free' }

for (const [name, pods, trouble] of [
  ['none', [], undefined],
  ['running', [pod(undefined)], undefined],
  ['starting', [pod('ContainerCreating')], undefined],
  ['crashing', [pod('CrashLoopBackOff')], { text: 'pod p: CrashLoopBackOff why', final: false }],
  ['no image', [pod(undefined), pod('ImagePullBackOff')], { final: true }],
  ['no node', [pod(undefined, 'a:1', [unscheduled])], { text: 'pod p: no node is free' }],
] as const)
  t.match(troubleOf(pods) ?? 'none', trouble ?? 'none', `pods: ${name}`)

t.test('gives up a rollout at once if its pods cannot start', async (t) => {
  const template = { spec: { containers: [{ image: 'a:2' }] } }
  const spec = { selector: { matchLabels: { app: 'a' } }, template }
  const metadata = { name: 'a', namespace: 'ns' }
  const workload = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec }
  const rounds = [[pod('ImagePullBackOff', 'a:1')], [pod('ImagePullBackOff', 'a:2')]]
  const kubectl: Kubectl = async ([verb]) => {
    if (verb === 'rollout') return { stdout: '', stderr: '', failure: 'timed out' }
    return { stdout: JSON.stringify({ items: rounds.shift() }), stderr: '' }
  }
  await t.rejects(
    awaitRollout(kubectl, workload),
    /^deployment\/a is not ready: pod p: ImagePullBackOff/,
  )
  t.equal(rounds.length, 0, 'a pod of the image before does not count')
})
