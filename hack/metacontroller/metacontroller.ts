import { find, type Kubectl } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { selects } from '../kube/selector.ts'
import { isBefore, parseVersion, type Version } from '../lib/version.ts'

/** Label with the command that installed an object: `deploy` or `run`. */
export const installedByLabel = 'games.example.com/brought-by'

/** The version that we install, and the oldest that we support. */
export const pinnedVersion = '4.17.2'
export const pinnedImage = `ghcr.io/metacontroller/metacontroller:v${pinnedVersion}`

/** The flags for its speed, and for more than one replica. */
interface Flags {
  workers: number
  /** Negative for no limit. */
  queriesPerSecond: number
  burst: number
  electsLeader: boolean
}

/** A workload of Metacontroller in the cluster. */
export interface Metacontroller extends Flags {
  workload: KubeObject
  /** Kind, namespace and name, such as `statefulset metacontroller/metacontroller`. */
  name: string
  replicas: number
  image: string
  /** Label selector of the CompositeControllers that it serves; empty for all. */
  selector: string
  installedByUs: boolean
}

interface Container {
  image: string
  command?: string[]
  args?: string[]
}

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

/** Reads the flags of a command line, with the defaults of Metacontroller. */
function flagsOf(words: readonly string[]): Flags {
  return {
    workers: Number(flagOf(words, 'workers') ?? 5),
    queriesPerSecond: Number(flagOf(words, 'client-go-qps') ?? 5),
    burst: Number(flagOf(words, 'client-go-burst') ?? 10),
    electsLeader: words.some((word) => /^--?leader-election(=true)?$/.test(word)),
  }
}

/**
 * Flags for many CoinFlips, with which we install and run Metacontroller. Its workers are the limit:
 * the API server shares its time among its clients, as for operators on controller-runtime.
 */
export const deployedFlags = ['--workers=50', '--client-go-qps=-1']

/** Whether the flags suffice for many CoinFlips. */
export function isFast({ workers, queriesPerSecond, burst }: Flags): boolean {
  const isUnlimited = queriesPerSecond < 0
  return workers >= 10 && (isUnlimited || (queriesPerSecond >= 50 && burst >= 50))
}

/** The Metacontrollers among Deployments and StatefulSets. */
export function metacontrollersIn(workloads: readonly KubeObject[]): Metacontroller[] {
  return workloads.flatMap((workload) => {
    const { kind, metadata, spec } = workload
    const found = (spec.template.spec.containers as Container[]).find(isMetacontroller)
    if (!found) return []
    const words = [...(found.command ?? []), ...(found.args ?? [])]
    return {
      workload,
      name: `${kind.toLowerCase()} ${metadata.namespace}/${metadata.name}`,
      replicas: spec.replicas,
      image: found.image,
      selector: flagOf(words, 'target-label-selector') ?? '',
      ...flagsOf(words),
      installedByUs: installedByLabel in (metadata.labels ?? {}),
    }
  })
}

/** The Metacontrollers in the cluster; one that runs outside is not found. */
export async function findMetacontrollers(kubectl: Kubectl): Promise<Metacontroller[]> {
  const kinds = 'statefulsets.apps,deployments.apps'
  const found = await find<{ items: KubeObject[] }>(kubectl, kinds, '--all-namespaces')
  return metacontrollersIn(found?.items ?? [])
}

/** The version in the tag of its image; undefined for a digest or another tag. */
export function versionOf({ image }: Pick<Metacontroller, 'image'>): Version | undefined {
  return parseVersion(/:([^/:@]+)(?:@.*)?$/.exec(image)?.[1] ?? '')
}

/** Whether its tag says that it is older than we support. */
export function isTooOld(found: Pick<Metacontroller, 'image'>): boolean {
  const version = versionOf(found)
  const oldest = parseVersion(pinnedVersion)
  return version !== undefined && oldest !== undefined && isBefore(version, oldest)
}

/** Whether it serves a CompositeController with these labels. */
export function serves(found: Metacontroller, labels: Readonly<Record<string, string>>): boolean {
  return found.replicas > 0 && selects(found.selector, labels)
}
