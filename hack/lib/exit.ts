import { rmSync } from 'node:fs'
import { constants } from 'node:os'

const cleanups = new Set<() => void>()
let isInstalled = false
let waiter: ((signal: NodeJS.Signals) => void) | undefined

function cleanUp(): void {
  for (const cleanup of [...cleanups].reverse()) {
    try {
      cleanup()
    } catch {
      // The remaining ones still have to run.
    }
  }
}

function onSignal(signal: NodeJS.Signals): void {
  const resolve = waiter
  waiter = undefined
  if (resolve) resolve(signal)
  else process.exit(128 + constants.signals[signal])
}

function installHandlers(): void {
  if (isInstalled) return
  isInstalled = true
  process.once('exit', cleanUp)
  // tap sends SIGALRM to a test that exceeds its time limit.
  const signals = ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGALRM'] as const
  for (const signal of signals) process.on(signal, onSignal)
}

/**
 * Runs `cleanup` when this process ends, by a signal (except SIGKILL), an exception or normally;
 * the latest first. `cleanup` has to be synchronous. Returns a function that cancels it.
 */
export function onExit(cleanup: () => void): () => void {
  installHandlers()
  cleanups.add(cleanup)
  return () => cleanups.delete(cleanup)
}

/** Resolves at the next SIGINT, SIGTERM or SIGHUP; the one after that ends the process. */
export function nextSignal(): Promise<NodeJS.Signals> {
  installHandlers()
  return new Promise((resolve) => {
    waiter = resolve
  })
}

/** Removes a file or folder when this process ends; returns a function that cancels it. */
export function onExitRemove(path: string): () => void {
  // A killed process may still be writing into it.
  const retry = { maxRetries: 10, retryDelay: 20 }
  return onExit(() => rmSync(path, { recursive: true, force: true, ...retry }))
}
