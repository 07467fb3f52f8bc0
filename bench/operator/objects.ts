import { UserError } from '../../hack/lib/user-error.ts'
import { apiVersion, type Face, kind } from '../../server/domain/coinflip.ts'
import type { CoinFlips } from '../../test/lib/plane/coinflips.ts'

/** One run of three tails, and two tails that wait for a third. */
const history: Face[] = ['Tails', 'Tails', 'Tails', 'Heads', 'Tails', 'Tails']

/** What `manifests/admission` stamps, and Metacontroller would add. */
export const finalizer = 'metacontroller.io/compositecontroller-coinflip'

const atOnce = 16

export const nameOf = (i: number) => `coin-${String(i).padStart(6, '0')}`

/** Runs `work` for 0 to count - 1, some at once. */
async function forEach(count: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

/** Stores CoinFlips, each with one milestone, with the finalizer when it is `stamped`. */
export async function storeCoinFlips(
  coinFlips: CoinFlips,
  count: number,
  stamped: boolean,
  shards: readonly string[] = [],
): Promise<void> {
  const finalizers = stamped ? { finalizers: [finalizer] } : {}
  await forEach(count, async (i) => {
    const labels = shards.length > 0 ? { labels: { shard: shards[i % shards.length] } } : {}
    const metadata = { name: nameOf(i), ...labels, ...finalizers }
    const object = { apiVersion, kind, metadata, spec: { flips: history } }
    const { code, body } = await coinFlips.send('POST', '', object)
    if (code !== 201) throw new UserError(`bench: a CoinFlip is refused: ${body.message ?? code}`)
  })
}

/** Appends the third tail, which makes another milestone. */
export async function appendTail(coinFlips: CoinFlips, name: string): Promise<void> {
  const patch = [{ op: 'add', path: '/spec/flips/-', value: 'Tails' }]
  const type = 'application/json-patch+json'
  const { code, body } = await coinFlips.send('PATCH', `/${name}`, patch, type)
  if (code !== 200) throw new UserError(`bench: a flip is refused: ${body.message ?? code}`)
}
