import { UserError } from '../../hack/lib/user-error.ts'
import { apiVersion, type Face, kind } from '../../server/domain/coinflip.ts'
import type { CoinFlips } from '../../test/lib/plane/coinflips.ts'

/** One run of three tails, and two tails that wait for a third. */
const history: Face[] = ['Tails', 'Tails', 'Tails', 'Heads', 'Tails', 'Tails']

/** The finalizer that `manifests/admission` sets, and Metacontroller otherwise adds. */
export const finalizer = 'metacontroller.io/compositecontroller-coinflip'

const concurrency = 16

export const nameOf = (i: number) => `coin-${String(i).padStart(6, '0')}`

/** Runs `work` for 0 to count - 1, 16 at a time. */
async function forEach(count: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}

/** How CoinFlips are stored. */
export interface StoreOptions {
  count: number
  /** Sets the finalizer, as `manifests/admission` does. */
  presetFinalizer: boolean
  /** Values of the label `shard`, which the objects get in turn. */
  shards?: readonly string[] | undefined
}

/** Stores CoinFlips, each with one milestone. */
export async function storeCoinFlips(
  coinFlips: CoinFlips,
  { count, presetFinalizer, shards = [] }: StoreOptions,
): Promise<void> {
  const finalizers = presetFinalizer ? { finalizers: [finalizer] } : {}
  await forEach(count, async (i) => {
    const labels = shards.length > 0 ? { labels: { shard: shards[i % shards.length] } } : {}
    const metadata = { name: nameOf(i), ...labels, ...finalizers }
    const object = { apiVersion, kind, metadata, spec: { flips: history } }
    const { code, body } = await coinFlips.send('POST', '', object)
    if (code !== 201)
      throw new UserError(`the API server refused a CoinFlip: ${body.message ?? code}`)
  })
}

/** Appends the third tail, which makes another milestone. */
export async function appendTail(coinFlips: CoinFlips, name: string): Promise<void> {
  const patch = [{ op: 'add', path: '/spec/flips/-', value: 'Tails' }]
  const type = 'application/json-patch+json'
  const { code, body } = await coinFlips.send('PATCH', `/${name}`, patch, type)
  if (code !== 200) throw new UserError(`the API server refused a flip: ${body.message ?? code}`)
}
