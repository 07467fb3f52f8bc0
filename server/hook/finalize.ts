import {
  abandonAnnotation,
  type CoinFlip,
  type CoinFlipMeta,
  type CoinFlipStatus,
  type Face,
  isAnnotated,
  readGeneration,
} from '../domain/coinflip.ts'
import { tally } from '../domain/tally.ts'
import type { FinalizeAnswer } from '../metacontroller/index.ts'
import type { HookContext, Log } from './context.ts'
import { type Observed, observe, readAcknowledged, readStoredField } from './observe.ts'
import { buildStatus, reconcile } from './reconcile.ts'

/** How many places a warning lists; a history can hold thousands. */
const mostListed = 20

/** Cuts a field that nobody has validated to the length of the longest name in Kubernetes. */
function sanitize(field: unknown): string | undefined {
  return typeof field === 'string' ? field.slice(0, 253) : undefined
}

type Identity = { [K in 'namespace' | 'name' | 'uid']?: unknown }

/** Logs the pending notifications of an object that is deleted without them. */
function logAbandoned(log: Log, meta: Identity, flips: readonly number[], reason: string): void {
  const [namespace, name, uid] = [meta.namespace, meta.name, meta.uid].map(sanitize)
  const facts = { abandoned: flips.length, flips: flips.slice(0, mostListed), reason }
  log.warn({ namespace, name, uid, ...facts }, 'deletion allowed, pending notifications abandoned')
}

/**
 * Answers a finalize call: the deletion is allowed once every milestone is acknowledged, or when the
 * object is annotated to abandon the notifications that cannot be published now.
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
  const { answer, pendingReason } = await reconcile(observed, context)
  const { status } = answer
  if (!pendingReason) return { status, finalized: true }
  if (!observed.isAbandoned) return { ...answer, finalized: false }
  const pending = observed.tally.milestones.slice(status.notifications)
  logAbandoned(context.log, observed.meta, pending, pendingReason.kind)
  return { status, finalized: true }
}

/**
 * Allows the deletion of an object that is no CoinFlip by its schema, of any shape, if it is
 * annotated to abandon its notifications: builds its last status, undefined otherwise.
 */
export function finalizeInvalid(parent: unknown, context: HookContext): CoinFlipStatus | undefined {
  const { metadata, spec, status } = (parent ?? {}) as { [K in keyof CoinFlip]?: unknown }
  const meta = (metadata ?? {}) as CoinFlipMeta
  if (!isAnnotated(meta, abandonAnnotation)) return undefined
  const flips = (spec as Partial<CoinFlip['spec']> | undefined)?.flips
  // What is not a face breaks a run: better a milestone too few in a warning than an exception.
  const faces = Array.isArray(flips) ? flips.map((f): Face => (f === 'Tails' ? f : 'Heads')) : []
  const result = tally(faces)
  const notifications = readAcknowledged(status, result.milestones.length)
  const pendingReason = { kind: 'InvalidObject' } as const
  logAbandoned(context.log, meta, result.milestones.slice(notifications), pendingReason.kind)
  const outcome = { notifications, pendingReason, isDeleting: true, isAbandoned: true }
  const generation = Number.isSafeInteger(meta.generation) ? Math.max(readGeneration(meta), 0) : 1
  const stored = readStoredField(status, 'conditions')
  return buildStatus(generation, result, outcome, stored, context.clock.now())
}
