import type { CoinFlipStatus, Condition } from '../../server/domain/coinflip.ts'
import { find, type Kubectl } from '../kube/kubectl.ts'
import { counted, say, spin, warn } from '../lib/script.ts'
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
 * Waits until the object is Ready, or what `condition` says, or the time is up, and prints its status.
 * Returns whether the controller has seen the present spec; a reason to wait is then in the status.
 */
export async function showStatus(
  kubectl: Kubectl,
  target: Target,
  { condition = 'condition=Ready', seconds = 15 } = {},
): Promise<boolean> {
  const what = [`${coinflips}/${target.name}`, '--namespace', target.namespace]
  const args = ['wait', ...what, `--for=${condition}`, `--timeout=${seconds}s`]
  await spin('waiting for the controller', () => kubectl(args, { limitMs: (seconds + 10) * 1000 }))
  const object = await findCoinFlip(kubectl, target)
  if (object) say(formatStatus(object))
  const isSeen = object?.status?.observedGeneration === object?.metadata.generation
  if (!isSeen) warn('not seen so far: does the controller run (`make run` or `make deploy IMG=`)?')
  return isSeen
}
