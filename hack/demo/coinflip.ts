import { randomUUID } from 'node:crypto'
import { apiVersion, type Face, kind } from '../../server/domain/coinflip.ts'
import { type Answer, callHook } from '../lib/hook.ts'
import { UserError } from '../lib/user-error.ts'

const finalizer = 'metacontroller.io/compositecontroller-coinflip'

/** A CoinFlip as the API server would keep it, and Metacontroller's calls about it. */
export class CoinFlipObject {
  readonly metadata
  readonly flips: Face[] = []
  status: Answer['status'] | undefined
  /** Whether the operator has let it go. */
  gone = false
  readonly #hooks: string

  constructor(name: string, hooks: string) {
    this.#hooks = hooks
    this.metadata = {
      name,
      namespace: 'default',
      uid: randomUUID() as string,
      generation: 1,
      creationTimestamp: now(),
      finalizers: [finalizer],
    }
  }

  /** The history in letters, as in HTTT. */
  get letters(): string {
    return this.flips.map((face) => face.charAt(0)).join('')
  }

  /** Appends a flip, H or T; as every change of a spec it is a new generation. */
  append(letter: string): void {
    this.flips.push(letter === 'T' ? 'Tails' : 'Heads')
    this.metadata.generation += 1
  }

  /** `kubectl delete`: the finalizer keeps the object until the finalize hook lets it go. */
  markDeleted(): void {
    Object.assign(this.metadata, { deletionTimestamp: now(), deletionGracePeriodSeconds: 0 })
    this.metadata.generation += 1
  }

  /** A sync call; the answered status is the stored one from then on. */
  async sync(): Promise<Answer> {
    const answer = await this.#call('sync', this.status)
    this.status = answer.status
    return answer
  }

  /** A sync call that carries a status of long ago, whose answer reaches nobody. */
  syncWithStatus(status: Answer['status'] | undefined): Promise<Answer> {
    return this.#call('sync', status)
  }

  async finalize(): Promise<Answer> {
    const answer = await this.#call('finalize', this.status)
    this.status = answer.status
    this.gone = answer.finalized === true
    return answer
  }

  async #call(hook: 'sync' | 'finalize', status: Answer['status'] | undefined): Promise<Answer> {
    const { metadata, flips } = this
    const parent = { apiVersion, kind, metadata, spec: { flips }, ...(status && { status }) }
    const call = { controller: {}, parent, children: {}, related: {} }
    const result = await callHook(`${this.#hooks}/${hook}`, {
      ...call,
      finalizing: hook === 'finalize',
    })
    if ('refusal' in result) throw new UserError(`${hook} failed: ${result.refusal}`)
    return result.answer
  }
}

function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`
}
