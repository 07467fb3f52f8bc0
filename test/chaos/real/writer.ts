import { UserError } from '../../../hack/lib/user-error.ts'
import { poll } from '../../../hack/lib/wait-for.ts'
import { apiVersion, type CoinFlipStatus, kind } from '../../../server/domain/coinflip.ts'
import { faces } from '../../lib/coinflip.ts'
import type { ObservedCoinFlip } from '../../lib/plane/coinflips.ts'
import { type CoinFlips, observedFrom, type Reply } from '../../lib/plane/coinflips.ts'
import type { Answer } from '../cluster.ts'

const retryMs = 200
const limitMs = 90_000
const patchType = 'application/json-patch+json'

/** Writes to a real API server; a write whose response got lost is looked up, not guessed. */
export interface Writer {
  create(name: string, letters: string): Promise<Answer>
  append(name: string, letters: string): Promise<Answer>
  remove(name: string): Promise<Answer>
  putStatus(name: string, status: CoinFlipStatus): Promise<void>
}

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

  /** Repeats a request until there is a definite response. */
  async function repeat(ask: () => Promise<Reply>): Promise<Reply> {
    let reply: Reply = { code: 0, body: {} }
    const answered = await poll(
      async () => {
        reply = await ask()
        return !isIndefinite(reply)
      },
      { timeoutMs: limitMs, intervalMs: retryMs },
    )
    if (answered) return reply
    throw new UserError(`the API server did not respond for ${limitMs / 1000} s`)
  }
  const read = async (name: string) => {
    const reply = await repeat(() => coinFlips.send('GET', `/${name}`))
    return reply.code === 200 ? observedFrom(reply.body) : undefined
  }

  return {
    async create(name, letters) {
      const object = { apiVersion, kind, metadata: { name }, spec: { flips: faces(letters) } }
      const reply = await repeat(() => coinFlips.send('POST', '', object))
      // If it exists, the first try created it and its response got lost: names are unique.
      const made = reply.code === 201 ? observedFrom(reply.body) : await read(name)
      if (!made) return refusal(reply)
      written.set(name, { uid: made.uid, generation: 1 })
      return { accepted: true, uid: made.uid }
    },
    async append(name, letters) {
      const own = written.get(name)
      if (!own) return { accepted: false, why: 'not created' }
      // Only this writer changes the generation: a repeat of an applied write is refused.
      const patch = [
        { op: 'test', path: '/metadata/generation', value: own.generation },
        ...faces(letters).map((value) => ({ op: 'add', path: '/spec/flips/-', value })),
      ]
      const send = () => coinFlips.send('PATCH', `/${name}`, patch, patchType)
      let indefinite = false
      const reply = await repeat(async () => {
        const tried = await send()
        indefinite ||= isIndefinite(tried)
        return tried
      })
      const applied =
        reply.code === 200 || (indefinite && (await read(name))?.generation === own.generation + 1)
      if (!applied) return refusal(reply)
      own.generation += 1
      return { accepted: true, uid: own.uid }
    },
    async remove(name) {
      const own = written.get(name)
      if (!own) return { accepted: false, why: 'not created' }
      let indefinite = false
      const reply = await repeat(async () => {
        const tried = await coinFlips.send('DELETE', `/${name}`)
        indefinite ||= isIndefinite(tried)
        return tried
      })
      if (reply.code !== 200 && !(indefinite && reply.code === 404)) return refusal(reply)
      own.generation += 1
      return { accepted: true, uid: own.uid }
    },
    async putStatus(name, status) {
      // A replacement: a merge would keep fields that the older status lacks.
      const patch = [{ op: 'add', path: '/status', value: status }]
      await repeat(() => coinFlips.send('PATCH', `/${name}/status`, patch, patchType))
    },
  }
}
