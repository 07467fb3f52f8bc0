import { isTooOld, type Metacontroller, pinnedVersion, takes, versionOf } from './metacontroller.ts'

/** What `deploy` does about Metacontroller. */
export type Plan =
  | { kind: 'bring' }
  | { kind: 'use'; hints: string[] }
  | { kind: 'refuse'; why: string }

/** What ours are started with. */
const raised = '--workers=50 --client-go-qps=200 --client-go-burst=400'

function hintsOf(found: Metacontroller): string[] {
  const { name, image, workers, queriesPerSecond } = found
  const hints: string[] = []
  if (versionOf(found) === undefined)
    hints.push(`${name}: its image ${image} does not tell its version; ${pinnedVersion} is needed`)
  if (workers < 10 || queriesPerSecond < 50)
    hints.push(
      `${name} has ${workers} workers and ${queriesPerSecond} queries a second, which many ` +
        `CoinFlips will wait for: ${raised} raises that`,
    )
  return hints
}

/** Decides from what runs in the cluster: ours is kept up to date, what was there stays as it is. */
export function planMetacontroller(
  found: readonly Metacontroller[],
  labels: Readonly<Record<string, string>>,
): Plan {
  const old = found.find((each) => isTooOld(each) && !each.broughtByUs)
  if (old)
    return {
      kind: 'refuse',
      why: `${old.name} is ${old.image}, and ${pinnedVersion} or later is needed: update it first`,
    }
  const [first, second] = found.filter((each) => takes(each, labels))
  if (first && second)
    return {
      kind: 'refuse',
      why: `${first.name} and ${second.name} would both serve CoinFlips: stop one of them, or keep it off by --target-label-selector`,
    }
  if (first?.broughtByUs) return isTooOld(first) ? { kind: 'bring' } : { kind: 'use', hints: [] }
  if (first) return { kind: 'use', hints: hintsOf(first) }
  const [other] = found
  if (!other) return { kind: 'bring' }
  const cause =
    other.replicas === 0
      ? 'is scaled to 0 replicas'
      : `takes only CompositeControllers with ${other.selector}`
  return { kind: 'refuse', why: `${other.name} ${cause}, so nothing would serve CoinFlips` }
}
