import { ask, type Kubectl } from '../kube/kubectl.ts'
import { selects } from '../kube/selector.ts'
import { isBefore, parseVersion, type Version } from '../kube/version.ts'

/** Says in a label who applied something: `deploy` or `run`. What lacks it was there before us. */
export const broughtBy = 'games.example.com/brought-by'

/** The version that we bring, and the oldest that we work with. */
export const pinnedVersion = '4.17.2'
export const pinnedImage = `ghcr.io/metacontroller/metacontroller:v${pinnedVersion}`

/** A Metacontroller that runs in the cluster, or shall run there. */
export interface Metacontroller {
  /** As in `statefulset metacontroller/metacontroller`. */
  name: string
  replicas: number
  image: string
  /** Which CompositeControllers it takes; empty for all. */
  selector: string
  workers: number
  queriesPerSecond: number
  broughtByUs: boolean
}

interface Container {
  image: string
  command?: string[]
  args?: string[]
}

const fields = [
  '.kind',
  '.metadata.namespace',
  '.metadata.name',
  '.spec.replicas',
  '.metadata.labels',
  '.spec.template.spec.containers',
]
const template = `{range .items[*]}${fields.map((field) => `{${field}}`).join('{"\\t"}')}{"\\n"}{end}`

/** The last part of an image's path, without tag and digest. */
function baseName(image: string): string {
  return image.replace(/@.*/, '').split('/').at(-1)?.replace(/:.*/, '') ?? ''
}

function isMetacontroller({ image, command = [] }: Container): boolean {
  return baseName(image) === 'metacontroller' || /(^|\/)metacontroller$/.test(command[0] ?? '')
}

/** The value of a flag, written as `--name=value`, `-name=value` or in two words. */
export function flagOf(words: readonly string[], name: string): string | undefined {
  for (const [i, word] of words.entries()) {
    const [, flag, value] = /^--?([\w-]+)(?:=(.*))?$/s.exec(word) ?? []
    if (flag === name) return value ?? words[i + 1]
  }
  return undefined
}

/** The Metacontrollers among the workloads that the template made kubectl print. */
export function parseWorkloads(text: string): Metacontroller[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const [kind = '', namespace, name, replicas, labels, containers] = line.split('\t')
      const found = (JSON.parse(containers || '[]') as Container[]).find(isMetacontroller)
      if (!found) return []
      const words = [...(found.command ?? []), ...(found.args ?? [])]
      return {
        name: `${kind.toLowerCase()} ${namespace}/${name}`,
        replicas: Number(replicas),
        image: found.image,
        selector: flagOf(words, 'target-label-selector') ?? '',
        workers: Number(flagOf(words, 'workers') ?? 5),
        queriesPerSecond: Number(flagOf(words, 'client-go-qps') ?? 5),
        broughtByUs: labels ? broughtBy in JSON.parse(labels) : false,
      }
    })
}

/** The Metacontrollers in the cluster. One that runs elsewhere cannot be seen. */
export async function findMetacontrollers(kubectl: Kubectl): Promise<Metacontroller[]> {
  const kinds = 'statefulsets.apps,deployments.apps'
  const query = ['--all-namespaces', '-o', `jsonpath=${template}`]
  return parseWorkloads(await ask(kubectl, 'get', kinds, ...query))
}

/** What the tag of its image says; undefined for a digest or a name. */
export function versionOf({ image }: Pick<Metacontroller, 'image'>): Version | undefined {
  return parseVersion(/:([^/:@]+)(?:@.*)?$/.exec(image)?.[1] ?? '')
}

/** Whether it is known to be older than what we work with. */
export function isTooOld(found: Pick<Metacontroller, 'image'>): boolean {
  const version = versionOf(found)
  const oldest = parseVersion(pinnedVersion)
  return version !== undefined && oldest !== undefined && isBefore(version, oldest)
}

/** Whether it would serve a CompositeController with these labels. */
export function takes(found: Metacontroller, labels: Readonly<Record<string, string>>): boolean {
  return found.replicas > 0 && selects(found.selector, labels)
}
