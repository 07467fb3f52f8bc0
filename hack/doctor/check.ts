import type { Cluster } from '../kube/context.ts'
import type { KubeObject } from '../kube/objects.ts'
import { UserError } from '../lib/user-error.ts'
import type { Version } from '../lib/version.ts'
import { type Finding, failure, skipped } from './finding.ts'
import type { Answer } from './hook-call.ts'
import type { PodMetrics } from './pods.ts'

/** What earlier checks have found out for later ones. */
export interface Known {
  kubectl: Version
  cluster: Cluster
  composite: KubeObject
  deployment: KubeObject
  /** Where the service runs. */
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

/** A check, which runs once the facts that it needs are known. */
export interface Check {
  name: string
  needs: readonly (keyof Known)[]
  run(known: Partial<Known>): AsyncIterable<Finding>
}

/** A check whose `run` gets the facts that it needs. */
export function check<Need extends keyof Known = never>(
  name: string,
  needs: readonly Need[],
  run: (known: Partial<Known> & Pick<Known, Need>) => AsyncIterable<Finding>,
): Check {
  return { name, needs, run: run as Check['run'] }
}

const usualLimitMs = 30_000

/** A check that failed, as a finding: skipped where this login lacks permission. */
export function cannotCheck(message: string): Finding {
  if (!/forbidden/i.test(message)) return failure(message)
  const [, verb, what] = /cannot (\w+) resource "([^"]+)"/.exec(message) ?? []
  return skipped(
    `this login may not ${verb && what ? `${verb} ${what}` : `check this: ${message}`}`,
  )
}

async function withDeadline<T>(deadline: number, limitMs: number, work: Promise<T>): Promise<T> {
  const timeout = Promise.withResolvers<never>()
  const refuse = () => timeout.reject(new UserError(`no answer after ${limitMs / 1000} s`))
  const timer = setTimeout(refuse, deadline - performance.now())
  try {
    return await Promise.race([work, timeout.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Runs a check within its time limit; a check that cannot run is a finding as well. */
export async function* runCheck(
  { needs, run }: Check,
  known: Partial<Known>,
  limitMs = usualLimitMs,
): AsyncGenerator<Finding> {
  const missing = needs.find((need) => known[need] === undefined)
  if (missing) return yield skipped(`waits for ${wordsFor[missing]}`)
  const deadline = performance.now() + limitMs
  const findings = run(known)[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await withDeadline(deadline, limitMs, findings.next())
      if (next.done) return
      yield next.value
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    yield cannotCheck(error.message)
  }
}
