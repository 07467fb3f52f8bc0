import { parseAllDocuments } from 'yaml'
import type { Kubectl } from '../../../hack/kube/kubectl.ts'

/** The fields of a CoinFlip that the removal of the controller uses. */
export interface FakeObject {
  name: string
  deleting?: boolean
  finalizers: string[]
}

export const finalizer = 'metacontroller.io/compositecontroller-coinflip'

/** A cluster in memory for `removeController`. */
export class FakeCluster {
  objects: FakeObject[]
  /** Whether a Metacontroller ends deletions, with the answers of the hook. */
  answering = true
  /** The number of patches to which the finalizer policy is still applied. */
  stampLag = 0
  /** The changes, in order. */
  readonly changes: string[] = []

  constructor(objects: FakeObject[]) {
    this.objects = objects
  }

  #rows(): string {
    const line = ({ name, deleting, finalizers }: FakeObject) =>
      ['ns', name, deleting ? 'now' : '', JSON.stringify(finalizers), '1', '1', 'True'].join('\t')
    return this.objects.map((object) => `${line(object)}\n`).join('')
  }

  #removeFinalizers(names: readonly string[], place: number): void {
    for (const object of this.objects)
      if (names.includes(object.name)) object.finalizers.splice(place, 1)
    this.objects = this.objects.filter(
      ({ deleting, finalizers }) => !deleting || finalizers.length > 0,
    )
  }

  readonly kubectl: Kubectl = async ([verb, kind = '', ...rest], { input = '' } = {}) => {
    const isServed =
      this.answering && !this.changes.includes('delete compositecontrollers coinflip')
    for (const { name, deleting, finalizers } of isServed ? this.objects : [])
      if (deleting) this.#removeFinalizers([name], finalizers.indexOf(finalizer))
    if (verb === 'get') return { stdout: this.#rows(), stderr: '' }
    const names = parseAllDocuments(input).map((each) => each.toJS().metadata.name)
    this.changes.push(
      [verb, ...(verb === 'patch' ? names : [kind.split('.')[0], rest[0]])].join(' '),
    )
    if (verb === 'patch' && this.stampLag > 0) this.stampLag -= 1
    else if (verb === 'patch') {
      const [{ path }] = JSON.parse(rest[1] ?? '[]')
      this.#removeFinalizers(names, Number(path.split('/').at(-1)))
    }
    return { stdout: '', stderr: '' }
  }
}
