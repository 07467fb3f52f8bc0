import { readFileSync } from 'node:fs'

/** A value made of files, which stays current while they change. */
export interface Fresh<T> {
  current(): T
  stop(): void
}

/** Told of what became of changed files. */
export interface ReloadObserver<T> {
  changed(value: T): void
  /** The new files are of no use and the old value stays; told once for each content. */
  broken(error: unknown): void
}

/** The text of a file. Throws where it is blank: for TLS that would mean none, or anyone. */
function readText(path: string): string {
  const text = readFileSync(path, 'utf8')
  if (text.trim() === '')
    throw Object.assign(new Error('the file is empty'), { code: 'EMPTY_FILE' })
  return text
}

/**
 * Makes a value of the contents of `paths`, and again whenever one of them changes. They are read
 * every `intervalMs` instead of watched: Kubernetes swaps a symbolic link above mounted files, and
 * a watch of the file itself goes with the old one. Throws what `make` or reading throws at first.
 */
export function keepFresh<T>(
  paths: readonly string[],
  make: (contents: string[]) => T,
  intervalMs: number,
  observer: ReloadObserver<T>,
): Fresh<T> {
  const read = () => paths.map(readText)
  let seen = read()
  let value = make(seen)
  let complaint = ''

  function complain(error: unknown): void {
    const text = String(error)
    if (text === complaint) return
    complaint = text
    observer.broken(error)
  }

  function look(): void {
    try {
      const contents = read()
      if (contents.every((content, i) => content === seen[i])) return
      value = make(contents)
      seen = contents
      complaint = ''
      observer.changed(value)
    } catch (error) {
      complain(error)
    }
  }

  const timer = setInterval(look, intervalMs).unref()
  return { current: () => value, stop: () => clearInterval(timer) }
}
