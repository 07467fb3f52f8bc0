import {
  flagOf,
  isTooOld,
  type Metacontroller,
  pinnedVersion,
  takes,
  versionOf,
} from '../metacontroller/metacontroller.ts'
import { type Finding, failure, ok, warning } from './finding.ts'
import { type Pods, podsInWords } from './workload.ts'

/** What makes a Metacontroller fast or slow, and fit for more than one replica. */
export interface Flags {
  workers: number
  queriesPerSecond: number
  burst: number
  electsLeader: boolean
}

/** Reads its command line, where its own defaults stand for what is not there. */
export function flagsOf(words: readonly string[]): Flags {
  return {
    workers: Number(flagOf(words, 'workers') ?? 5),
    queriesPerSecond: Number(flagOf(words, 'client-go-qps') ?? 5),
    burst: Number(flagOf(words, 'client-go-burst') ?? 10),
    electsLeader: words.some((word) => /^--?leader-election(=true)?$/.test(word)),
  }
}

const raised = '--workers=50 --client-go-qps=200 --client-go-burst=400'

/** Whether it keeps up with many CoinFlips. */
export function judgeFlags(flags: Flags, help?: string): Finding {
  const { workers, queriesPerSecond, burst } = flags
  const text = `${workers} workers, ${queriesPerSecond} queries a second, burst ${burst}`
  if (workers >= 10 && queriesPerSecond >= 50 && burst >= 50) return ok(text)
  return warning(`${text}: many CoinFlips will wait; ${raised} raises that`, help)
}

/** Whether it is one that we work with. */
export function judgeVersion(name: string, image: string): Finding {
  const version = versionOf({ image })?.join('.')
  if (isTooOld({ image })) return failure(`${name} is ${version}, older than ${pinnedVersion}`)
  if (version) return ok(`${name} is ${version}`)
  return warning(`${name} does not tell its version; ${pinnedVersion} or later is needed`)
}

/** Whether its pods can do the work, and not two of them at once. */
export function judgePods(pods: Pods, { electsLeader }: Flags, help: string): Finding {
  const text = podsInWords(pods)
  if (pods.ready === 0) return failure(text, help)
  if (pods.wanted > 1 && !electsLeader)
    return failure(`${text}, all at work at once: --leader-election leaves it to one of them`, help)
  return pods.ready < pods.wanted ? warning(text, help) : ok(text)
}

/** Which of them serves a CompositeController with these labels, or why none does. */
export function choose(
  found: readonly Metacontroller[],
  labels: Readonly<Record<string, string>>,
): Metacontroller | Finding {
  const [first, second] = found.filter((each) => takes(each, labels))
  if (first && second)
    return failure(
      `${first.name} and ${second.name} both serve CoinFlips: stop one of them, or keep it off by ` +
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
  return failure(`${name} takes only CompositeControllers with ${selector}`)
}
