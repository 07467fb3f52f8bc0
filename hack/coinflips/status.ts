import type { CoinFlipStatus, Condition } from '../../server/domain/coinflip.ts'
import { find, type Kubectl } from '../kube/kubectl.ts'
import { counted, say, warn } from '../lib/script.ts'
import { poll } from '../lib/wait-for.ts'
import { coinflips } from './crd.ts'
import type { Target } from './flip.ts'

/** A CoinFlip as the API server stores it. */
export interface StoredCoinFlip {
  metadata: { name: string; namespace: string; uid: string; generation: number }
  spec: { flips: string[] }
  status?: CoinFlipStatus
}

/** Reads a CoinFlip; undefined where there is none. */
export function findCoinFlip(
  kubectl: Kubectl,
  { namespace, name }: Target,
): Promise<StoredCoinFlip | undefined> {
  return find<StoredCoinFlip>(kubectl, coinflips, name, '--namespace', namespace)
}

function conditionOf(status: CoinFlipStatus, type: string): Condition | undefined {
  return status.conditions.find((condition) => condition.type === type)
}

/** Whether the status is of the present spec and no notification is pending. */
export function isSettled({ metadata, status }: StoredCoinFlip): boolean {
  if (!status) return false
  const ready = conditionOf(status, 'Ready')
  const current = ready?.observedGeneration === metadata.generation
  return current && ready.status === 'True' && status.notifications === status.milestones
}

/** Formats the status as a line. */
export function formatStatus({ metadata, status }: StoredCoinFlip): string {
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
 * Prints each change of the status until no notification is pending or the time is up. Returns
 * whether the controller has seen the present spec; a reason to wait is then in the status.
 */
export async function awaitSettled(
  kubectl: Kubectl,
  target: Target,
  limitMs = 15_000,
): Promise<boolean> {
  let printed = ''
  let isSeen = false
  await poll(
    async () => {
      const object = await findCoinFlip(kubectl, target)
      if (!object) return true
      const line = formatStatus(object)
      if (line !== printed) say(line)
      printed = line
      isSeen = object.status?.observedGeneration === object.metadata.generation
      return isSettled(object)
    },
    { timeoutMs: limitMs, intervalMs: 200 },
  )
  return isSeen
}

/** Prints the status until it is settled, and advice if the controller does not see the object. */
export async function showStatus(kubectl: Kubectl, target: Target): Promise<void> {
  if (!(await awaitSettled(kubectl, target)))
    warn('not seen so far: does the controller run (`make run` or `make deploy IMG=`)?')
}
