import { readText } from '../lib/files.ts'

/** A value made of files, which stays current while they change. */
export interface Reloadable<T> {
  current(): T
  stop(): void
}

/** Told of what became of changed files. */
export interface ReloadObserver<T> {
  onReload(value: T): void
  /** The new files cannot be used and the previous value stays; once for each content. */
  onError(error: unknown): void
}

/**
 * Makes a value of the contents of `paths`, and again whenever one of them changes. They are read
 * every `intervalMs` instead of watched: Kubernetes swaps a symbolic link above mounted files, and
 * a watch of the file itself goes with the old one. Throws what `make` or reading throws at first.
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
