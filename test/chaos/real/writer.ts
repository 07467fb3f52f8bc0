import { UserError } from '../../../hack/lib/user-error.ts'
import { poll } from '../../../hack/lib/wait-for.ts'
import { apiVersion, kind } from '../../../server/domain/coinflip.ts'
import { faces } from '../../lib/coinflip.ts'
import {
  type CoinFlips,
  type ObservedCoinFlip,
  observedFrom,
  type Reply,
} from '../../lib/plane/coinflips.ts'
import type { Answer, Cluster } from '../cluster.ts'

const retryMs = 200
const limitMs = 90_000
const patchType = 'application/json-patch+json'

/** Writes to a real API server; a write whose response got lost is looked up, not guessed. */
export type Writer = Pick<Cluster, 'create' | 'append' | 'remove' | 'putStatus'>

/** No response, or one that does not tell whether the write was applied. */
const isIndefinite = ({ code, body }: Reply) =>
  code === 0 ||
  code === 429 ||
  code >= 500 ||
  body.reason === 'Conflict' ||
  // For up to 30 s after its start, an API server may not know the CompositeController's kind.
  /not yet ready|paramKind/.test(body.message ?? '')

const refusal = ({ code, body }: Reply): Answer => ({
  accepted: false,
  why: `${code} ${body.message ?? ''}`,
})

/** Opens the only writer of these objects: it relies on the generation after its own writes. */
export function openWriter(coinFlips: CoinFlips): Writer {
  const written = new Map<string, Pick<ObservedCoinFlip, 'uid' | 'generation'>>()

  /** Repeats a request until there is a definite response; `isRepeated` after an indefinite one. */
  async function repeat(...request: Parameters<CoinFlips['send']>) {
    const tried: Reply[] = []
    const isAnswered = async () => {
      const reply = await coinFlips.send(...request)
      tried.push(reply)
      return !isIndefinite(reply)
    }
    if (!(await poll(isAnswered, { timeoutMs: limitMs, intervalMs: retryMs })))
      throw new UserError(`the API server did not respond for ${limitMs / 1000} s`)
    return { ...(tried.at(-1) as Reply), isRepeated: tried.length > 1 }
  }
  const read = async (name: string) => {
    const reply = await repeat('GET', `/${name}`)
    return reply.code === 200 ? observedFrom(reply.body) : undefined
  }
  /** Changes an object that this writer has created, which makes a new generation. */
  async function change(
    name: string,
    request: (generation: number) => Parameters<CoinFlips['send']>,
    isApplied: (reply: Reply, generation: number) => boolean | Promise<boolean>,
  ): Promise<Answer> {
    const own = written.get(name)
    if (!own) return { accepted: false, why: 'not created' }
    const reply = await repeat(...request(own.generation))
    const isLookedUp = reply.isRepeated && (await isApplied(reply, own.generation + 1))
    if (reply.code !== 200 && !isLookedUp) return refusal(reply)
    own.generation += 1
    return { accepted: true, uid: own.uid }
  }

  return {
    async create(name, letters) {
      const object = { apiVersion, kind, metadata: { name }, spec: { flips: faces(letters) } }
      const reply = await repeat('POST', '', object)
      // If it exists, the first try created it and its response got lost: names are unique.
      const made = reply.code === 201 ? observedFrom(reply.body) : await read(name)
      if (!made) return refusal(reply)
      written.set(name, { uid: made.uid, generation: 1 })
      return { accepted: true, uid: made.uid }
    },
    append: (name, letters) =>
      change(
        name,
        (value) => {
          // Only this writer changes the generation: a repeat of an applied write is refused.
          const test = { op: 'test', path: '/metadata/generation', value }
          const add = faces(letters).map((value) => ({ op: 'add', path: '/spec/flips/-', value }))
          return ['PATCH', `/${name}`, [test, ...add], patchType]
        },
        async (_, generation) => (await read(name))?.generation === generation,
      ),
    remove: (name) =>
      change(
        name,
        () => ['DELETE', `/${name}`],
        ({ code }) => code === 404,
      ),
    async putStatus(name, status) {
      // A replacement: a merge would keep fields that the older status lacks.
      const patch = [{ op: 'add', path: '/status', value: status }]
      await repeat('PATCH', `/${name}/status`, patch, patchType)
    },
  }
}
