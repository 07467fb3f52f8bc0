import type { CoinFlipStatus, Condition } from '../../server/domain/coinflip.ts'
import { find, type Kubectl } from '../kube/kubectl.ts'
import { until } from '../kube/until.ts'
import { counted } from '../lib/step.ts'
import { coinflips } from './crd.ts'

/** A CoinFlip as the API server keeps it. */
export interface StoredCoinFlip {
  metadata: { name: string; namespace: string; uid: string; generation: number }
  spec: { flips: string[] }
  status?: CoinFlipStatus
}

function conditionOf(status: CoinFlipStatus, type: string): Condition | undefined {
  return status.conditions.find((condition) => condition.type === type)
}

/** Whether the status tells of the present spec, and nothing is outstanding. */
export function isSettled({ metadata, status }: StoredCoinFlip): boolean {
  if (!status) return false
  const ready = conditionOf(status, 'Ready')
  const current = ready?.observedGeneration === metadata.generation
  return current && ready.status === 'True' && status.notifications === status.milestones
}

/** The status in a line. */
export function statusLine({ metadata, status }: StoredCoinFlip): string {
  const name = `${metadata.namespace}/${metadata.name}`
  if (!status) return `${name}  no status yet`
  const { flips, streak, milestones, notifications } = status
  const parts = [
    counted(flips, 'flip'),
    streak ? `${streak.face} x ${streak.length}` : '',
    `${notifications} of ${counted(milestones, 'milestone')} published`,
  ]
  const ready = conditionOf(status, 'Ready')
  const notified = conditionOf(status, 'Notified')
  const stale = status.observedGeneration !== metadata.generation
  const state = stale
    ? 'not seen by the controller yet'
    : ready?.status === 'True'
      ? 'Ready'
      : `${notified?.reason}: ${notified?.message}`
  return `${name}  ${[...parts, state].filter(Boolean).join(', ')}`
}

/**
 * Tells each change of the status until nothing is outstanding or the time is up. Whether the
 * controller has seen the object: what is in its way is in the status then.
 */
export async function settle(
  kubectl: Kubectl,
  { namespace, name }: { namespace: string; name: string },
  tell: (line: string) => void,
  limitMs = 15_000,
): Promise<boolean> {
  let told = ''
  let seen = false
  await until(
    async () => {
      const args = [coinflips, name, '--namespace', namespace]
      const object = await find<StoredCoinFlip>(kubectl, ...args)
      if (!object) return 'gone'
      const line = statusLine(object)
      if (line !== told) tell(line)
      told = line
      seen = object.status?.observedGeneration === object.metadata.generation
      return isSettled(object) ? 'settled' : undefined
    },
    limitMs,
    200,
  )
  return seen
}

/** Says what to do when the controller has not seen an object. */
export const unseen = 'not seen so far: does the controller run (`make run` or `make deploy IMG=`)?'
