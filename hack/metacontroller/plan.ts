import {
  fastFlags,
  isFast,
  isTooOld,
  type Metacontroller,
  pinnedVersion,
  serves,
  versionOf,
} from './metacontroller.ts'

/** What `deploy` does with Metacontroller. */
export type Plan =
  | { kind: 'install'; why: string }
  | { kind: 'use'; metacontroller: Metacontroller; hints: string[] }
  | { kind: 'refuse'; why: string }

function hintsOf(found: Metacontroller): string[] {
  const { name, image, workers, queriesPerSecond } = found
  const hints: string[] = []
  if (versionOf(found) === undefined)
    hints.push(`${name}: its image ${image} has no version; ${pinnedVersion} or later is needed`)
  if (!isFast(found))
    hints.push(
      `${name} has ${workers} workers and ${queriesPerSecond} queries a second, which many ` +
        `CoinFlips will wait for: ${fastFlags} raises that`,
    )
  return hints
}

/** Decides by what runs in the cluster: ours is updated, one of the user stays unchanged. */
export function planMetacontroller(
  found: readonly Metacontroller[],
  labels: Readonly<Record<string, string>>,
): Plan {
  const old = found.find((each) => isTooOld(each) && !each.installedByUs)
  if (old)
    return {
      kind: 'refuse',
      why: `${old.name} is ${old.image}, and ${pinnedVersion} or later is needed: update it first`,
    }
  const [first, second] = found.filter((each) => serves(each, labels))
  if (first && second)
    return {
      kind: 'refuse',
      why: `${first.name} and ${second.name} would both serve CoinFlips: stop one of them, or exclude CoinFlips by --target-label-selector`,
    }
  if (first && isTooOld(first))
    return { kind: 'install', why: `${first.name} is ${first.image}, older than ${pinnedVersion}` }
  if (first)
    return { kind: 'use', metacontroller: first, hints: first.installedByUs ? [] : hintsOf(first) }
  const [other] = found
  if (!other) return { kind: 'install', why: 'there is none in the cluster' }
  const cause =
    other.replicas === 0
      ? 'is scaled to 0 replicas'
      : `takes only CompositeControllers with ${other.selector}`
  return { kind: 'refuse', why: `${other.name} ${cause}, so nothing would serve CoinFlips` }
}
