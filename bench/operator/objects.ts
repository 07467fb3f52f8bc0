import { UserError } from '../../hack/lib/user-error.ts'
import { apiVersion, type Face, kind } from '../../server/domain/coinflip.ts'
import { forEachConcurrently } from '../../test/lib/concurrently.ts'
import type { CoinFlips } from '../../test/lib/plane/coinflips.ts'

/** One run of three tails, and two tails that wait for a third. */
const history: Face[] = ['Tails', 'Tails', 'Tails', 'Heads', 'Tails', 'Tails']

/** Flips of an object as it is stored, and the flip that completes its milestone. */
export const [flipsAtFirst, firstMilestone] = [history.length, 3]
/** The same after one more flip. */
export const [flipsLater, laterMilestone] = [history.length + 1, 7]

const concurrency = 16

export const nameOf = (i: number) => `coin-${String(i).padStart(6, '0')}`

/** How CoinFlips are stored. */
export interface StoreOptions {
  count: number
  /** The finalizer that `manifests/admission` sets, where it is preset. */
  finalizer?: string | undefined
  /** Values of the label `shard`, which the objects get in turn. */
  shards?: readonly string[]
}

/** Stores CoinFlips, each with one milestone. */
export async function storeCoinFlips(
  coinFlips: CoinFlips,
  { count, finalizer, shards = [] }: StoreOptions,
): Promise<void> {
  await forEachConcurrently(Array(count).keys(), concurrency, async (i) => {
    const metadata = {
      name: nameOf(i),
      ...(shards.length > 0 && { labels: { shard: shards[i % shards.length] } }),
      ...(finalizer && { finalizers: [finalizer] }),
    }
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
