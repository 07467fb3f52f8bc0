import { rmSync } from 'node:fs'
import { constants } from 'node:os'

const undos = new Set<() => void>()
let armed = false
let waiting: ((signal: NodeJS.Signals) => void) | undefined

function leave(): void {
  for (const undo of [...undos].reverse()) {
    try {
      undo()
    } catch {
      // The rest still has to be undone.
    }
  }
}

function hear(signal: NodeJS.Signals): void {
  const resolve = waiting
  waiting = undefined
  if (resolve) resolve(signal)
  else process.exit(128 + constants.signals[signal])
}

function arm(): void {
  if (armed) return
  armed = true
  process.once('exit', leave)
  // SIGALRM is what tap ends a test with that takes too long.
  const signals = ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGALRM'] as const
  for (const signal of signals) process.on(signal, hear)
}

/**
 * Runs `undo` when this process ends, by a signal (SIGKILL aside), an exception or of its own
 * accord; the latest first. `undo` has to be synchronous. Returns what takes it back.
 */
export function onExit(undo: () => void): () => void {
  arm()
  undos.add(undo)
  return () => undos.delete(undo)
}

/** Resolves at the next SIGINT, SIGTERM or SIGHUP; the one after that ends the process. */
export function nextSignal(): Promise<NodeJS.Signals> {
  arm()
  return new Promise((resolve) => {
    waiting = resolve
  })
}

/** Removes a file or folder when this process ends; returns what takes that back. */
export function onExitRemove(path: string): () => void {
  // A killed process may still be writing into it.
  const again = { maxRetries: 10, retryDelay: 20 }
  return onExit(() => rmSync(path, { recursive: true, force: true, ...again }))
}
