import type { Cluster } from '../kube/context.ts'
import type { KubeObject } from '../kube/objects.ts'
import type { Version } from '../kube/version.ts'
import { UserError } from '../lib/user-error.ts'
import { type Finding, failure, skipped } from './finding.ts'
import type { Answer } from './hook-call.ts'
import type { PodMetrics } from './pods.ts'

/** What checks have found out so far for those that come later. */
export interface Known {
  kubectl: Version
  cluster: Cluster
  composite: KubeObject
  deployment: KubeObject
  /** Where the service runs, as far as that can be told. */
  place: 'host' | 'cluster'
  answer: Answer
  pods: PodMetrics[]
}

const wordsFor: Record<keyof Known, string> = {
  kubectl: 'kubectl',
  cluster: 'a cluster that answers',
  composite: 'the CompositeController',
  deployment: 'the Deployment',
  place: 'a CompositeController or a deployment',
  answer: 'an answer of the service',
  pods: 'pods of the service',
}

/** One thing that is looked at, as soon as what it needs is known. */
export interface Check {
  name: string
  needs: readonly (keyof Known)[]
  look(known: Partial<Known>): AsyncIterable<Finding>
}

/** A check whose `look` finds all that it needs. */
export function check<Need extends keyof Known = never>(
  name: string,
  needs: readonly Need[],
  look: (known: Partial<Known> & Pick<Known, Need>) => AsyncIterable<Finding>,
): Check {
  return { name, needs, look: look as Check['look'] }
}

const usualLimitMs = 30_000

/** A failed look as a finding: that somebody may not look is none of the cluster's faults. */
export function unable(message: string): Finding {
  if (!/forbidden/i.test(message)) return failure(message)
  const [, verb, what] = /cannot (\w+) resource "([^"]+)"/.exec(message) ?? []
  return skipped(`this login may not ${verb && what ? `${verb} ${what}` : `look: ${message}`}`)
}

async function before<T>(deadline: number, limitMs: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const refuse = () => late.reject(new UserError(`no answer after ${limitMs / 1000} s`))
  const timer = setTimeout(refuse, deadline - performance.now())
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Looks, within its time; what cannot be looked at is a finding as well. */
export async function* examine(
  { needs, look }: Check,
  known: Partial<Known>,
  limitMs = usualLimitMs,
): AsyncGenerator<Finding> {
  const missing = needs.find((need) => known[need] === undefined)
  if (missing) return yield skipped(`waits for ${wordsFor[missing]}`)
  const deadline = performance.now() + limitMs
  const findings = look(known)[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await before(deadline, limitMs, findings.next())
      if (next.done) return
      yield next.value
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    yield unable(error.message)
  }
}
