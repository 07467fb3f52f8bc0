import type { CoinFlip, CoinFlipMeta, CoinFlipStatus, Face } from '../../server/domain/coinflip.ts'
import type { ThreeTailsEvent } from '../../server/domain/milestone.ts'
import type { HookContext } from '../../server/hook/context.ts'
import type { Notification, Notifier, Outcome } from '../../server/hook/notifier.ts'

/** Faces from letters: `HTT` is Heads, Tails, Tails. */
export function faces(letters: string): Face[] {
  return [...letters].map((letter) => (letter === 'T' ? 'Tails' : 'Heads'))
}

/** A CoinFlip as a hook receives it. */
export function coinflip(letters: string, meta: Partial<CoinFlipMeta> = {}): CoinFlip {
  const metadata = { namespace: 'casino', name: 'table-1', uid: 'uid-1', generation: 1, ...meta }
  return { metadata, spec: { flips: faces(letters) } }
}

/** The object with the answered status, as the next call has it. */
export function stored(parent: CoinFlip, status: CoinFlipStatus): CoinFlip {
  return { ...parent, status: JSON.parse(JSON.stringify(status)) }
}

/** Creates a notifier that keeps messages in an array, and answers as the test says. */
export function arrayNotifier(answer: (n: Notification, count: number) => Outcome | undefined) {
  const notifications: Notification[] = []
  const notifier: Notifier = {
    async publish(notification) {
      const outcome = answer(notification, notifications.length)
      if (outcome) return outcome
      notifications.push(notification)
      return { kind: 'stored', sequence: notifications.length }
    },
  }
  const events = (): ThreeTailsEvent[] => notifications.map(({ payload }) => JSON.parse(payload))
  return { notifier, notifications, events, flips: () => events().map(({ data }) => data.flip) }
}

export const noon = '2026-11-22T12:00:00Z'

/** Creates a context with a clock that the test moves, and a log in an array. */
export function context(notifier: Notifier, parts: Partial<HookContext> = {}) {
  const lines: { level: string; facts: Record<string, unknown>; message: string }[] = []
  const at = (level: string) => (facts: object, message: string) =>
    void lines.push({ level, facts: { ...facts }, message })
  let elapsedMs = 0
  const clock = {
    now: () => new Date(Date.parse(noon) + elapsedMs),
    elapsedMs: () => elapsedMs,
  }
  const settings = {
    subjectPrefix: 'coinflips.three-tails',
    clusterName: '',
    publishBudgetMs: 5_000,
    publishTimeoutMs: 2_000,
  }
  const log = { debug: at('debug'), info: at('info'), warn: at('warn') }
  const all: HookContext = { notifier, clock, log, settings, random: () => 0, ...parts }
  const pass = (ms: number) => {
    elapsedMs += ms
  }
  return { context: all, lines, pass }
}

/** Finds the condition of a type. */
export function condition(status: CoinFlipStatus, type: string) {
  const found = status.conditions.find((c) => c.type === type)
  if (!found) throw new Error(`no condition ${type}`)
  return found
}
