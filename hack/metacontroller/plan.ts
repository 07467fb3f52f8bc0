import {
  deployedFlags,
  isFast,
  isTooOld,
  type Metacontroller,
  pinnedVersion,
  serves,
  versionOf,
} from './metacontroller.ts'

/** What `deploy` does with Metacontroller. */
type Plan =
  | { kind: 'install'; why: string }
  | { kind: 'use'; metacontroller: Metacontroller; hints: string[] }
  | { kind: 'refuse'; why: string }

function hintsOf(found: Metacontroller): string[] {
  const { name, image, workers, queriesPerSecond } = found
  const limit = queriesPerSecond < 0 ? 'no limit' : `${queriesPerSecond} queries a second`
  const hints: string[] = []
  if (versionOf(found) === undefined)
    hints.push(`${name}: its image ${image} has no version; ${pinnedVersion} or later is needed`)
  if (!isFast(found))
    hints.push(
      `${name} has ${workers} workers and ${limit}, which many CoinFlips will wait for: ` +
        `${deployedFlags.join(' ')} raises that`,
    )
  return hints
}

const refuse = (why: string): Plan => ({ kind: 'refuse', why })

/** Decides by what runs in the cluster: ours is updated, one of the user stays unchanged. */
export function planMetacontroller(
  found: readonly Metacontroller[],
  labels: Readonly<Record<string, string>>,
): Plan {
  const old = found.find((each) => isTooOld(each) && !each.installedByUs)
  if (old)
    return refuse(
      `${old.name} is ${old.image}, and ${pinnedVersion} or later is needed: update it first`,
    )
  const [first, second] = found.filter((each) => serves(each, labels))
  if (first && second)
    return refuse(
      `${first.name} and ${second.name} would both serve CoinFlips: stop one of them, or exclude ` +
        'CoinFlips by --target-label-selector',
    )
  if (first && isTooOld(first))
    return { kind: 'install', why: `${first.name} is ${first.image}, older than ${pinnedVersion}` }
  if (first)
    return { kind: 'use', metacontroller: first, hints: first.installedByUs ? [] : hintsOf(first) }
  const [other] = found
  if (!other) return { kind: 'install', why: 'there is none in the cluster' }
  const { name, replicas, selector } = other
  const only = `takes only CompositeControllers with ${selector}`
  const cause = replicas === 0 ? 'is scaled to 0 replicas' : only
  return refuse(`${name} ${cause}, so nothing would serve CoinFlips`)
}
