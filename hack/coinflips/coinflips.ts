import { finalizer } from '../../server/cluster/coinflips.ts'
import { isAbsent, type Kubectl } from '../kube/kubectl.ts'
import { UserError } from '../lib/user-error.ts'
import { coinflips } from './crd.ts'

/** The fields of a CoinFlip that the scripts need; never the flips, of which there may be many. */
export interface Row {
  namespace: string
  name: string
  deleting: boolean
  finalizers: readonly string[]
  /** Whether the status is of the present spec. */
  seen: boolean
  /** Whether it is seen and Ready. */
  settled: boolean
  /** The number of acknowledged notifications. */
  notifications: number
  /** Reason and message of the condition Notified. */
  reason: string
  message: string
}

const condition = (type: string) => `.status.conditions[?(@.type=="${type}")]`
const fields = [
  '.metadata.namespace',
  '.metadata.name',
  '.metadata.deletionTimestamp',
  '.metadata.finalizers',
  '.metadata.generation',
  `${condition('Ready')}.observedGeneration`,
  `${condition('Ready')}.status`,
  '.status.notifications',
  `${condition('Notified')}.reason`,
  `${condition('Notified')}.message`,
]
const cells = fields.map((path) => `{${path}}`).join('{"\\t"}')
const template = `{range .items[*]}${cells}{"\\n"}{end}`

/** Parses the output of the template. */
export function parseRows(text: string): Row[] {
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.map((line) => {
    const [namespace = '', name = '', deleted, finalizers, ...cells] = line.split('\t')
    const [generation, observed, ready, notifications, reason = '', message = ''] = cells
    const seen = generation === observed
    return {
      namespace,
      name,
      deleting: deleted !== '',
      finalizers: finalizers ? JSON.parse(finalizers) : [],
      seen,
      settled: seen && ready === 'True',
      notifications: Number(notifications),
      reason,
      message,
    }
  })
}

/** Every CoinFlip of the cluster; undefined where the CRD is not installed. */
export async function listCoinFlips(kubectl: Kubectl): Promise<Row[] | undefined> {
  const args = ['get', coinflips, '--all-namespaces', '-o', `jsonpath=${template}`]
  const { stdout, failure } = await kubectl(args)
  if (isAbsent(failure)) return undefined
  if (failure !== undefined) throw new UserError(`kubectl get ${coinflips}: ${failure}`)
  return parseRows(stdout)
}

/** Whether an object has our finalizer. */
export function hasFinalizer({ finalizers }: Row): boolean {
  return finalizers.includes(finalizer)
}
