import {
  type Flags,
  fastFlags,
  isFast,
  isTooOld,
  type Metacontroller,
  pinnedVersion,
  serves,
  versionOf,
} from '../metacontroller/metacontroller.ts'
import { type Finding, failure, ok, warning } from './finding.ts'
import { formatPods, type Pods } from './workload.ts'

/** Whether its flags suffice for many CoinFlips. */
export function judgeFlags(flags: Flags, help?: string): Finding {
  const { workers, queriesPerSecond, burst } = flags
  const text = `${workers} workers, ${queriesPerSecond} queries a second, burst ${burst}`
  if (isFast(flags)) return ok(text)
  return warning(`${text}: many CoinFlips will wait; ${fastFlags} raises that`, help)
}

/** Whether its version is supported. */
export function judgeVersion(name: string, image: string): Finding {
  const version = versionOf({ image })?.join('.')
  if (isTooOld({ image })) return failure(`${name} is ${version}, older than ${pinnedVersion}`)
  if (version) return ok(`${name} is ${version}`)
  return warning(`${name} has no version in its image; ${pinnedVersion} or later is needed`)
}

/** Whether its pods are ready, and elect a leader if there are several. */
export function judgePods(pods: Pods, { electsLeader }: Flags, help: string): Finding {
  const text = formatPods(pods)
  if (pods.ready === 0) return failure(text, help)
  if (pods.wanted > 1 && !electsLeader)
    return failure(`${text}, all active at once: --leader-election lets one of them work`, help)
  return pods.ready < pods.wanted ? warning(text, help) : ok(text)
}

/** The one that serves a CompositeController with these labels, or why there is none. */
export function choose(
  found: readonly Metacontroller[],
  labels: Readonly<Record<string, string>>,
): Metacontroller | Finding {
  const [first, second] = found.filter((each) => serves(each, labels))
  if (first && second)
    return failure(
      `${first.name} and ${second.name} both serve CoinFlips: stop one of them, or exclude CoinFlips by ` +
        '--target-label-selector',
    )
  if (first) return first
  const [other] = found
  if (!other) return failure('none in the cluster', 'make deploy IMG=')
  const { name, replicas, selector } = other
  if (replicas === 0) {
    const [kind, place = ''] = name.split(' ')
    const [namespace, own] = place.split('/')
    const scale = `kubectl --namespace ${namespace} scale ${kind} ${own} --replicas=1`
    return failure(`${name} is scaled to 0 replicas`, scale)
  }
  return failure(`${name} serves only CompositeControllers with ${selector}`)
}
