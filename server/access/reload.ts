import { readText } from '../lib/files.ts'

/** A value made from files, which is made again when they change. */
export interface Reloadable<T> {
  current(): T
  stop(): void
}

/** Called after the files have changed. */
export interface ReloadObserver<T> {
  onReload(value: T): void
  /** The new files cannot be used and the previous value stays; called once for each error. */
  onError(error: unknown): void
}

/**
 * Makes a value from the contents of `paths`, and again whenever one of them changes. The files are
 * read every `intervalMs` instead of watched: Kubernetes swaps a symbolic link above mounted files, and
 * a watch of the file itself stays with the old one. Throws what the first reading or `make` throws.
 */
export function watchFiles<T>(
  paths: readonly string[],
  make: (contents: string[]) => T,
  intervalMs: number,
  observer: ReloadObserver<T>,
): Reloadable<T> {
  const read = () => paths.map(readText)
  let contents = read()
  let value = make(contents)
  let lastError = ''

  function report(error: unknown): void {
    const text = String(error)
    if (text === lastError) return
    lastError = text
    observer.onError(error)
  }

  function reload(): void {
    try {
      const next = read()
      if (next.every((text, i) => text === contents[i])) return
      value = make(next)
      contents = next
      lastError = ''
      observer.onReload(value)
    } catch (error) {
      report(error)
    }
  }

  const timer = setInterval(reload, intervalMs).unref()
  return { current: () => value, stop: () => clearInterval(timer) }
}
