import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.ts'
import { UserError } from './user-error.ts'

/** Puts text between the marks of its name; undefined where the page has no such marks. */
export function fill(page: string, name: string, text: string): string | undefined {
  const [from, to] = [`<!-- ${name}: written by make -->`, `<!-- ${name} ends -->`]
  const [start, end] = [page.indexOf(from), page.indexOf(to)]
  if (start === -1 || end < start) return undefined
  return `${page.slice(0, start + from.length)}\n\n${text.trim()}\n\n${page.slice(end)}`
}

/** Puts text between the marks of its name in a page of the project. */
export function fillPage(path: string, name: string, text: string): void {
  const file = join(root, path)
  const page = fill(readFileSync(file, 'utf8'), name, text)
  if (page === undefined) throw new UserError(`${path} has no marks for ${name}`)
  writeFileSync(file, page)
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

/** A Markdown table of text. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')
}

/** A Markdown table whose columns after the first are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'))
  return [row(head), row(rule), ...rows.map(row)].join('\n')
}
