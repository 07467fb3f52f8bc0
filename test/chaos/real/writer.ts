import { UserError } from '../../../hack/lib/user-error.ts'
import { apiVersion, type CoinFlipStatus, kind } from '../../../server/domain/coinflip.ts'
import { eventually } from '../../lib/eventually.ts'
import type { Seen } from '../../lib/plane/coinflips.ts'
import { type CoinFlips, type Reply, seenOf } from '../../lib/plane/coinflips.ts'
import { type Answer, facesOf } from '../world.ts'

const retryMs = 200
const limitMs = 90_000
const patchType = 'application/json-patch+json'

/** Writes to a real API server; a write whose answer got lost is found out about, not guessed. */
export interface Writer {
  create(name: string, letters: string): Promise<Answer>
  append(name: string, letters: string): Promise<Answer>
  remove(name: string): Promise<Answer>
  putStatus(name: string, status: CoinFlipStatus): Promise<void>
}

/** No answer, or one that says nothing of the request: not well, not all there yet, too busy. */
const isUnsure = ({ code, body }: Reply) =>
  code === 0 ||
  code === 429 ||
  code >= 500 ||
  body.reason === 'Conflict' ||
  /not yet ready/.test(body.message ?? '')
const refusal = ({ code, body }: Reply): Answer => ({
  accepted: false,
  why: `${code} ${body.message ?? ''}`,
})

/** It has to be the only one that writes: it goes by the generation that its own writes made. */
export function openWriter(coinFlips: CoinFlips): Writer {
  const written = new Map<string, Pick<Seen, 'uid' | 'generation'>>()

  /** Repeats a request until there is an answer to go by. */
  async function insist(ask: () => Promise<Reply>): Promise<Reply> {
    let reply: Reply = { code: 0, body: {} }
    const answered = await eventually(
      async () => {
        reply = await ask()
        return !isUnsure(reply)
      },
      limitMs,
      retryMs,
    )
    if (answered) return reply
    throw new UserError(`the API server gave no answer for ${limitMs / 1000} s`)
  }
  const read = async (name: string) => {
    const reply = await insist(() => coinFlips.send('GET', `/${name}`))
    return reply.code === 200 ? seenOf(reply.body) : undefined
  }

  return {
    async create(name, letters) {
      const object = { apiVersion, kind, metadata: { name }, spec: { flips: facesOf(letters) } }
      const reply = await insist(() => coinFlips.send('POST', '', object))
      // One that exists is its own first try, whose answer got lost: names are never used again.
      const made = reply.code === 201 ? seenOf(reply.body) : await read(name)
      if (!made) return refusal(reply)
      written.set(name, { uid: made.uid, generation: 1 })
      return { accepted: true, uid: made.uid }
    },
    async append(name, letters) {
      const own = written.get(name)
      if (!own) return { accepted: false, why: 'not created' }
      // Nobody but this writer changes the generation: a repeat of what was applied is refused.
      const patch = [
        { op: 'test', path: '/metadata/generation', value: own.generation },
        ...facesOf(letters).map((value) => ({ op: 'add', path: '/spec/flips/-', value })),
      ]
      const send = () => coinFlips.send('PATCH', `/${name}`, patch, patchType)
      let unsure = false
      const reply = await insist(async () => {
        const tried = await send()
        unsure ||= isUnsure(tried)
        return tried
      })
      const applied =
        reply.code === 200 || (unsure && (await read(name))?.generation === own.generation + 1)
      if (!applied) return refusal(reply)
      own.generation += 1
      return { accepted: true, uid: own.uid }
    },
    async remove(name) {
      const own = written.get(name)
      if (!own) return { accepted: false, why: 'not created' }
      let unsure = false
      const reply = await insist(async () => {
        const tried = await coinFlips.send('DELETE', `/${name}`)
        unsure ||= isUnsure(tried)
        return tried
      })
      if (reply.code !== 200 && !(unsure && reply.code === 404)) return refusal(reply)
      own.generation += 1
      return { accepted: true, uid: own.uid }
    },
    async putStatus(name, status) {
      // The whole of it; a merge would keep what the older one lacks.
      const patch = [{ op: 'add', path: '/status', value: status }]
      await insist(() => coinFlips.send('PATCH', `/${name}/status`, patch, patchType))
    },
  }
}
