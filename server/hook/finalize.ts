import {
  abandonAnnotation,
  type CoinFlip,
  type CoinFlipMeta,
  type CoinFlipStatus,
  type Face,
  generationOf,
  isAnnotated,
} from '../domain/coinflip.ts'
import { outstanding } from '../domain/milestone.ts'
import { tally } from '../domain/tally.ts'
import type { FinalizeAnswer } from '../metacontroller/index.ts'
import type { HookContext, Log } from './context.ts'
import { acknowledgedCount, type Observed, observe, storedField } from './observe.ts'
import { reconcile, statusOf } from './reconcile.ts'

/** How many places a warning lists; a history can hold thousands. */
const mostListed = 20

/** What a line may hold of a field that nobody has validated: the longest name of Kubernetes. */
function loggable(field: unknown): string | undefined {
  return typeof field === 'string' ? field.slice(0, 253) : undefined
}

type Identity = { [K in 'namespace' | 'name' | 'uid']?: unknown }

function warnOfGivenUp(log: Log, meta: Identity, given: number[], why: string): void {
  const [namespace, name, uid] = [meta.namespace, meta.name, meta.uid].map(loggable)
  const facts = { namespace, name, uid, givenUp: given.length, flips: given.slice(0, mostListed) }
  log.warn({ ...facts, reason: why }, 'object let go, its outstanding notifications are given up')
}

/**
 * Answers a finalize call: the object may go once every milestone is acknowledged, or when it is
 * annotated to give up what cannot be published now.
 */
export function finalize(
  parent: CoinFlip,
  context: HookContext,
): Promise<FinalizeAnswer<CoinFlipStatus>> {
  // Not async itself: a function that waits keeps its parameters, and with them the whole object.
  return finalizeObserved({ ...observe(parent), isDeleting: true }, context)
}

async function finalizeObserved(
  observed: Observed,
  context: HookContext,
): Promise<FinalizeAnswer<CoinFlipStatus>> {
  const { status, resyncAfterSeconds, hindrance, milestones } = await reconcile(observed, context)
  if (!hindrance) return { status, finalized: true }
  if (observed.isAbandoned) {
    const given = milestones.slice(status.notifications)
    warnOfGivenUp(context.log, observed.meta, given, hindrance.kind)
    return { status, finalized: true }
  }
  return resyncAfterSeconds === undefined
    ? { status, finalized: false }
    : { status, finalized: false, resyncAfterSeconds }
}

/**
 * Lets an object in deletion go that is no CoinFlip by its schema, of any shape, if it is
 * annotated to give up its notifications; undefined otherwise.
 */
export function release(parent: unknown, context: HookContext): CoinFlipStatus | undefined {
  const { metadata, spec, status } = (parent ?? {}) as { [K in keyof CoinFlip]?: unknown }
  const meta = (metadata ?? {}) as CoinFlipMeta
  if (!isAnnotated(meta, abandonAnnotation)) return undefined
  const flips = (spec as Partial<CoinFlip['spec']> | undefined)?.flips
  // What is not a face breaks a run: better a milestone too few in a warning than an exception.
  const faces = Array.isArray(flips) ? flips.map((f): Face => (f === 'Tails' ? f : 'Heads')) : []
  const result = tally(faces)
  const notifications = acknowledgedCount(status, result.milestones.length)
  const given = outstanding(result.milestones, notifications).map(({ flip }) => flip)
  warnOfGivenUp(context.log, meta, given, 'InvalidObject')
  const hindrance = { kind: 'InvalidObject' } as const
  const outcome = { notifications, hindrance, deleting: true, abandoned: true }
  const generation = Number.isSafeInteger(meta.generation) ? Math.max(generationOf(meta), 0) : 1
  const stored = storedField(status, 'conditions')
  return statusOf(generation, result, outcome, stored, context.clock.now())
}
