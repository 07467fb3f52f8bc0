import { coinflips } from '../coinflips/crd.ts'
import { columns } from '../kube/columns.ts'
import { isAbsent, type Kubectl } from '../kube/kubectl.ts'
import { counted } from '../lib/step.ts'
import { UserError } from '../lib/user-error.ts'
import { type Finding, ok, skipped } from './finding.ts'

/** The fields of a CoinFlip that are checked, never its flips. */
export interface Row {
  name: string
  /** Whether its status is of its present spec. */
  isSeen: boolean
  isReady: boolean
  /** Of the condition Notified. */
  reason: string
  message: string
}

const condition = (type: string) => `.status.conditions[?(@.type=="${type}")]`
const { template, parse } = columns([
  '.metadata.namespace',
  '.metadata.name',
  '.metadata.generation',
  '.status.observedGeneration',
  `${condition('Ready')}.status`,
  `${condition('Notified')}.reason`,
  `${condition('Notified')}.message`,
])

/** Parses the output of the template. */
export function parseRows(text: string): Row[] {
  return parse(text).map(
    ([namespace, name, generation, observed, ready, reason = '', message = '']) => ({
      name: `${namespace}/${name}`,
      isSeen: generation === observed,
      isReady: ready === 'True',
      reason,
      message,
    }),
  )
}

const unseen = 'not seen by the controller'
const stateOf = ({ isSeen, isReady, reason }: Row) =>
  isSeen ? (isReady ? 'Ready' : reason) : unseen
/** States that pass by themselves or are intended. */
const harmless = new Set(['Ready', 'Paused', 'Connecting', 'InProgress', unseen])
const most = 3

/** Counts CoinFlips by state, and lists the first few that are not ready. */
export function judgeRows(rows: readonly Row[]): Finding {
  if (rows.length === 0) return ok('none so far: `make samples` creates some')
  const counts = Map.groupBy(rows, stateOf)
  const parts = [...counts].map(([state, each]) => `${each.length} ${state}`)
  const text = `${counted(rows.length, 'CoinFlip')}: ${parts.join(', ')}`
  const waiting = rows.filter((row) => stateOf(row) !== 'Ready')
  const [first] = waiting
  if (!first) return ok(text)
  const details = waiting
    .slice(0, most)
    .map((row) => `${row.name}: ${row.isSeen ? `${row.reason}, ${row.message}` : unseen}`)
  if (waiting.length > most) details.push(`and ${waiting.length - most} more`)
  const [namespace, name] = first.name.split('/')
  const help = `kubectl --namespace ${namespace} describe ${coinflips} ${name}`
  const isGrave =
    waiting.some((row) => !harmless.has(stateOf(row))) || rows.every((row) => !row.isSeen)
  return { level: isGrave ? 'failure' : 'warning', text, details, help }
}

/** Checks all CoinFlips. */
export async function checkCoinFlips(kubectl: Kubectl): Promise<Finding> {
  const args = ['get', coinflips, '--all-namespaces', '--output', `jsonpath=${template}`]
  const { stdout, failure } = await kubectl(args)
  if (isAbsent(failure)) return skipped('waits for the CRD')
  if (failure !== undefined) throw new UserError(`kubectl get ${coinflips}: ${failure}`)
  return judgeRows(parseRows(stdout))
}

/** The number of acknowledged notifications of all CoinFlips; 0 without permission to list them. */
export async function countAcknowledged(kubectl: Kubectl): Promise<number> {
  const path = 'jsonpath={.items[*].status.notifications}'
  const { stdout } = await kubectl(['get', coinflips, '--all-namespaces', '--output', path])
  return stdout.split(' ').reduce((sum, count) => sum + Number(count), 0)
}
