import { waitFor } from '../../../hack/lib/wait-for.ts'
import type { Stoppable } from './environment.ts'
import type { Kubectl } from './kubectl.ts'

/** A Deployment or StatefulSet that is stopped by scaling it to 0. */
export async function workload(kubectl: Kubectl, namespace: string, name: string, label: string) {
  const where = ['--namespace', namespace]
  const replicas = await kubectl('get', name, ...where, '-o', 'jsonpath={.spec.replicas}')
  const scale = (to: string) => kubectl('scale', name, ...where, `--replicas=${to}`)
  const rollout = (verb: string) => kubectl('rollout', verb, name, ...where)
  const part: Stoppable & { roll(): Promise<void> } = {
    stop: async () => {
      await scale('0')
      const pods = ['pods', '--selector', `app.kubernetes.io/name=${label}`, '--output', 'name']
      const look = () => kubectl('get', ...pods, ...where)
      await waitFor(look, (names) => names === '', { what: `${name} is gone`, timeoutMs: 120_000 })
    },
    start: async () => {
      await scale(replicas)
      await rollout('status')
    },
    roll: async () => {
      await rollout('restart')
      await rollout('status')
    },
  }
  return part
}
