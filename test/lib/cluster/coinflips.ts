import { waitFor } from '../../../hack/lib/wait-for.ts'
import type { CoinFlipStatus, Condition, Face } from '../../../server/domain/coinflip.ts'
import { faces } from '../coinflip.ts'
import type { Answer, Api } from './api.ts'

/** A CoinFlip as the API server has it. */
export interface Stored {
  metadata: {
    name: string
    namespace: string
    uid: string
    generation: number
    finalizers?: string[]
    deletionTimestamp?: string
    annotations?: Record<string, string>
  }
  spec: { flips: Face[] }
  status?: CoinFlipStatus
}

export const lettersOf = ({ spec }: Stored) => spec.flips.map((face) => face.charAt(0)).join('')

export const conditionOf = (object: Stored | undefined, type: string): Condition | undefined =>
  object?.status?.conditions.find((condition) => condition.type === type)

/** Whether the status is that of the present spec. */
const isCurrent = ({ metadata, spec, status }: Stored) =>
  status?.observedGeneration === metadata.generation && status.flips === spec.flips.length

/** The CoinFlips of one namespace. */
export class CoinFlips {
  readonly namespace: string
  readonly #api: Api
  /** Of the list, at the API server. */
  readonly path: string

  constructor(api: Api, namespace: string) {
    this.namespace = namespace
    this.#api = api
    this.path = `/apis/games.example.com/v1alpha1/namespaces/${namespace}/coinflips`
  }

  async create(name: string, letters: string, annotations: Record<string, string> = {}) {
    return demand(
      await this.#api.call<Stored>('POST', this.path, {
        apiVersion: 'games.example.com/v1alpha1',
        kind: 'CoinFlip',
        metadata: { name, annotations },
        spec: { flips: faces(letters) },
      }),
    )
  }

  /** Undefined when there is none. */
  async get(name: string): Promise<Stored | undefined> {
    const answer = await this.#api.call<Stored>('GET', `${this.path}/${name}`)
    return answer.code === 404 ? undefined : demand(answer)
  }

  async list(): Promise<Stored[]> {
    return demand(await this.#api.call<{ items: Stored[] }>('GET', this.path)).items
  }

  /** Appends flips; resolves to the response, which may be a refusal. */
  tryAppend(name: string, letters: string) {
    const add = (value: Face) => ({ op: 'add', path: '/spec/flips/-', value })
    return this.#api.patch<Stored>(`${this.path}/${name}`, faces(letters).map(add))
  }

  async append(name: string, letters: string): Promise<Stored> {
    return demand(await this.tryAppend(name, letters))
  }

  /** Sets an annotation, or removes it. */
  async annotate(name: string, annotation: string, value: string | null): Promise<Stored> {
    const patch = { metadata: { annotations: { [annotation]: value } } }
    return demand(await this.#api.patch<Stored>(`${this.path}/${name}`, patch))
  }

  async setStatus(name: string, status: Partial<CoinFlipStatus>): Promise<Stored> {
    return demand(await this.#api.patch<Stored>(`${this.path}/${name}/status`, { status }))
  }

  /** Starts the deletion; see `gone`. */
  async remove(name: string): Promise<void> {
    demand(await this.#api.call('DELETE', `${this.path}/${name}`))
  }

  /** Deletes all of them, and waits until they are gone. */
  async removeAll(): Promise<void> {
    demand(await this.#api.call('DELETE', this.path))
    const areGone = (objects: Stored[]) => objects.length === 0
    await waitFor(() => this.list(), areGone, { what: `CoinFlips of ${this.namespace} are gone` })
  }

  /** Waits until an object fulfils a condition. */
  async seen(name: string, done: (object: Stored) => unknown, what: string, limitMs?: number) {
    const look = () => this.get(name)
    const object = await waitFor(look, (it) => it && done(it), {
      what: `${name} ${what}`,
      timeoutMs: limitMs,
    })
    return object as Stored
  }

  /** Waits until its status is that of its present spec and nothing is pending. */
  settled(name: string, limitMs?: number): Promise<Stored> {
    const done = (object: Stored) =>
      isCurrent(object) && conditionOf(object, 'Ready')?.status === 'True'
    return this.seen(name, done, 'is current and ready', limitMs)
  }

  /** Waits until the condition Notified of its present spec has a reason. */
  notified(name: string, reason: string): Promise<Stored> {
    const done = (object: Stored) =>
      isCurrent(object) && conditionOf(object, 'Notified')?.reason === reason
    return this.seen(name, done, `is ${reason}`)
  }

  gone(name: string, limitMs?: number): Promise<unknown> {
    return waitFor(
      () => this.get(name),
      (object) => object === undefined,
      { what: `${name} is gone`, timeoutMs: limitMs },
    )
  }
}

function demand<Body>({ code, body }: Answer<Body>): Body {
  if (code >= 300) throw new Error(`the API server answers ${code}: ${body.message}`)
  return body
}
