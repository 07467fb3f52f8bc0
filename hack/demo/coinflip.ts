import { randomUUID } from 'node:crypto'
import { callHook, type HookResponse } from '../lib/hook.ts'
import { callAbout, type PlayedCoinFlip } from '../lib/played-metacontroller.ts'
import { UserError } from '../lib/user-error.ts'

/** A CoinFlip of a played API server, with the calls of a played Metacontroller about it. */
export class DemoCoinFlip {
  readonly #hooks: string
  #object: PlayedCoinFlip
  /** Whether the finalize hook has allowed the deletion. */
  isGone = false

  constructor(name: string, hooks: string) {
    this.#hooks = hooks
    this.#object = { uid: randomUUID(), name, generation: 1, deleting: false, letters: '' }
  }

  get uid(): string {
    return this.#object.uid
  }

  get letters(): string {
    return this.#object.letters
  }

  /** Appends a flip, H or T; as every change of the spec it makes a new generation. */
  append(letter: string): void {
    this.#object.letters += letter
    this.#object.generation += 1
  }

  /** Does as `kubectl delete`: the finalizer keeps the object until the finalize hook allows it. */
  markDeleted(): void {
    this.#object.deleting = true
    this.#object.generation += 1
  }

  /** Calls the sync hook, or finalize in deletion, and stores the status of the response. */
  async reconcile(): Promise<HookResponse> {
    const response = await this.#call(this.#object)
    this.#object.status = response.status
    this.isGone = response.finalized === true
    return response
  }

  /** Calls the sync hook without a status, as from an old cache, and drops the response. */
  callWithoutStatus(): Promise<HookResponse> {
    return this.#call({ ...this.#object, status: undefined })
  }

  async #call(object: PlayedCoinFlip): Promise<HookResponse> {
    const { path, body } = callAbout(object)
    const result = await callHook(this.#hooks + path, body)
    if (result.kind === 'answered') return result.body
    throw new UserError(`${path} failed: ${result.kind === 'busy' ? '429' : result.why}`)
  }
}
