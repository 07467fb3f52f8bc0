import type { Kubectl } from '../../../hack/kube/kubectl.ts'

/** The fields of a CoinFlip that the removal of the controller uses. */
export interface FakeObject {
  name: string
  deleting?: boolean
  finalizers: string[]
}

export const finalizer = 'metacontroller.io/compositecontroller-coinflip'

/** A cluster in memory for `removeController`, with or without a Metacontroller. */
export class FakeCluster {
  objects: FakeObject[]
  /** Whether the CompositeController exists, and with a finalize hook. */
  composite: 'none' | 'bare' | 'finalizing' = 'finalizing'
  /** Whether a Metacontroller serves, and its hook answers. */
  served: boolean
  answering = true
  /** The changes, in order. */
  readonly changes: string[] = []

  constructor(objects: FakeObject[], served = true) {
    this.objects = objects
    this.served = served
  }

  /** What Metacontroller does between two commands. */
  #turn(): void {
    if (!this.served || this.composite === 'none') return
    for (const object of this.objects) {
      const waits = object.deleting && this.composite === 'finalizing'
      if (this.composite === 'bare' || (waits && this.answering))
        object.finalizers = object.finalizers.filter((each) => each !== finalizer)
    }
    this.objects = this.objects.filter((each) => !each.deleting || each.finalizers.length > 0)
  }

  #rows(): string {
    const line = ({ name, deleting, finalizers }: FakeObject) =>
      ['ns', name, deleting ? 'now' : '', JSON.stringify(finalizers), '1', '1', 'True'].join('\t')
    return this.objects.map((object) => `${line(object)}\n`).join('')
  }

  readonly kubectl: Kubectl = async (args) => {
    this.#turn()
    const [verb, kind = '', name = ''] = args
    const done = (stdout = '') => ({ stdout, stderr: '' })
    if (verb === 'get' && kind.startsWith('coinflips')) return done(this.#rows())
    if (verb === 'get') {
      const hooks = this.composite === 'finalizing' ? { finalize: {} } : {}
      return done(this.composite === 'none' ? '' : JSON.stringify({ spec: { hooks } }))
    }
    const change = `${verb} ${kind.split('.')[0]} ${name}`
    this.changes.push(change)
    if (change === 'patch compositecontrollers coinflip') this.composite = 'bare'
    if (change === 'delete compositecontrollers coinflip') this.composite = 'none'
    if (verb === 'patch' && kind.startsWith('coinflips')) {
      const [{ path }] = JSON.parse(args.at(-1) ?? '[]')
      this.objects.find((each) => each.name === name)?.finalizers.splice(path.split('/').at(-1), 1)
    }
    return done()
  }
}
