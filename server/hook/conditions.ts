import type { Condition } from '../domain/coinflip.ts'
import { type Facts, judgeConditions } from '../domain/conditions.ts'
import { readConditions, type StoredCondition, updateConditions } from '../metacontroller/index.ts'

/** Reads what the next conditions depend on of `status.conditions`, of any shape. */
export function readStoredConditions(stored: unknown): StoredCondition[] {
  return readConditions(stored, ['ThreeTails', 'Notified', 'Ready'])
}

/**
 * Computes the conditions ThreeTails, Notified and Ready. `stored` is `status.conditions` as it came
 * with the object, of any shape: a condition whose status stays keeps its `lastTransitionTime`.
 */
export function computeConditions(
  facts: Facts & { generation: number },
  stored: unknown,
  now: Date,
): Condition[] {
  return updateConditions(stored, judgeConditions(facts), facts.generation, now)
}
