import { apiVersion, type CoinFlip, type Face, kind } from '../../server/domain/coinflip.ts'
import { coinFlips } from '../../server/hook/controller.ts'
import { finalizerOf, type KubeObject } from '../../server/metacontroller/index.ts'
import {
  type CallHook,
  type CallResult,
  createApiServer,
  type Metacontroller,
  postHook,
  realTimers,
  startMetacontroller,
} from '../../server/metacontroller/testing/index.ts'
import type { HookResponse } from '../lib/hook.ts'
import { UserError } from '../lib/user-error.ts'
import { poll } from '../lib/wait-for.ts'

const responseLimitMs = 15_000
// The admission policy adds it.
const finalizers = [finalizerOf(coinFlips)]

/** A CoinFlip in a simulated API server, about which a simulated Metacontroller calls the hooks. */
export class DemoCoinFlip {
  readonly #hooks: string
  readonly #api = createApiServer({ timers: realTimers, hasGarbageCollector: true })
  #object: KubeObject
  #metacontroller: Metacontroller | undefined
  #last: { generation: number | undefined; result: CallResult } | undefined
  /** Whether the finalize hook has allowed the deletion. */
  isGone = false

  constructor(name: string, hooks: string) {
    this.#hooks = hooks
    this.#object = { apiVersion, kind, metadata: { namespace: 'default', name, finalizers } }
    this.#api.watch(({ object, isGone }) => {
      this.#object = object
      this.isGone = isGone
    })
    this.#api.create({ ...this.#object, spec: { flips: [] } })
  }

  get uid(): string {
    return this.#object.metadata.uid ?? ''
  }

  get letters(): string {
    return this.#flips.map((face) => face.charAt(0)).join('')
  }

  get #flips(): readonly Face[] {
    return (this.#object.spec as CoinFlip['spec']).flips
  }

  /** Starts Metacontroller, which calls about the object as it is. */
  startMetacontroller(): void {
    const call: CallHook = async (hook, body, { metadata: { generation } }) => {
      const result = await this.#post(hook, body)
      this.#last = { generation, result }
      return result
    }
    this.#metacontroller = startMetacontroller({ api: this.#api, controller: coinFlips, call })
  }

  killMetacontroller(): void {
    this.#metacontroller?.kill()
  }

  /** Appends a flip, H or T; as every change of the spec it makes a new generation. */
  append(letter: string): void {
    const flips = [...this.#flips, letter === 'T' ? 'Tails' : 'Heads']
    this.#api.update(this.#object, (object) => ({ ...object, spec: { flips } }))
  }

  /** Does as `kubectl delete`: the finalizer keeps the object until the finalize hook allows it. */
  delete(): void {
    this.#api.delete(this.#object)
  }

  /** Waits for the response to a call about the present generation that is wanted. */
  async response(
    isWanted: (response: HookResponse) => boolean = () => true,
  ): Promise<HookResponse> {
    const response = await poll(
      async () => {
        const { generation, result } = this.#last ?? {}
        if (result?.kind === 'failed') throw new UserError(`the hook failed: ${result.why}`)
        if (result?.kind !== 'answered') return undefined
        if (generation !== this.#object.metadata.generation) return undefined
        const answer = result.answer as unknown as HookResponse
        return isWanted(answer) ? answer : undefined
      },
      { timeoutMs: responseLimitMs, intervalMs: 5 },
    )
    if (!response) throw new UserError('the hook did not answer as expected in 15 s')
    return response
  }

  /** Calls the sync hook without a status, as from an old cache, and drops the response. */
  async callWithoutStatus(): Promise<HookResponse> {
    const { status: _, ...parent } = this.#object
    const result = await this.#post('sync', { parent, finalizing: false })
    if (result.kind === 'answered') return result.answer as unknown as HookResponse
    throw new UserError(`the hook failed: ${result.kind === 'busy' ? '429' : result.why}`)
  }

  #post(hook: 'sync' | 'finalize' | 'customize', body: object): Promise<CallResult> {
    return postHook(`${this.#hooks}/${hook}`, body, hook)
  }
}
