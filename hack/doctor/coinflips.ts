import type { Row } from '../coinflips/coinflips.ts'
import { coinflips } from '../coinflips/crd.ts'
import type { KubeObject } from '../kube/objects.ts'
import { counted } from '../lib/script.ts'
import { type Finding, failure, ok, skipped, warning } from './finding.ts'

const unseen = 'not seen by the controller'

function stateOf({ seen, settled, reason }: Row): string {
  if (!seen) return unseen
  return settled ? 'Ready' : reason
}

/** States that pass by themselves or are intended. */
const harmless = new Set(['Paused', 'InProgress', unseen])

/** Counts CoinFlips by state, and shows the first one that waits. */
export function judgeCoinFlips(rows: readonly Row[] | undefined): Finding {
  if (!rows) return skipped('waits for the CRD')
  if (rows.length === 0) return ok('none so far: `make samples` creates some')
  const counts = [...Map.groupBy(rows, stateOf)].map(([state, each]) => `${each.length} ${state}`)
  const text = `${counted(rows.length, 'CoinFlip')}: ${counts.join(', ')}`
  const waiting = rows.filter((row) => !row.settled)
  const grave = waiting.find((row) => !harmless.has(stateOf(row)))
  const first = grave ?? waiting[0]
  if (!first) return ok(text)
  const { namespace, name, message } = first
  const judge = grave || rows.every(({ seen }) => !seen) ? failure : warning
  return judge(
    `${text}; ${namespace}/${name}: ${first.seen ? message : unseen}`,
    `kubectl --namespace ${namespace} describe ${coinflips} ${name}`,
  )
}

/**
 * Objects for each second of the period. A sync of 5,000 takes up to 3 s (docs/results/scale.md), so
 * that a sync of these takes a fifth of the time.
 */
const mostPerSecond = 300
const advisedPerSecond = 150

/** A warning where a sync of all CoinFlips, for which flips wait, takes a fifth of the time or more. */
export function judgeResync(count: number, composite: KubeObject | undefined): Finding | undefined {
  const periodSeconds: number = composite?.spec.resyncPeriodSeconds ?? 0
  if (count <= mostPerSecond * periodSeconds || periodSeconds === 0) return undefined
  const advisedSeconds = Math.ceil(count / advisedPerSecond)
  return warning(
    `every ${periodSeconds} s flips wait for a sync of all ${count} CoinFlips (docs/scale.md)`,
    `set resyncPeriodSeconds of the CompositeController to ${advisedSeconds}`,
  )
}
