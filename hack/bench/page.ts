import { readFileSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { root } from '../lib/root.ts'
import { Stop } from '../lib/stop.ts'

/** Puts text between the marks of its name in a page. */
export function fillPage(path: string, name: string, text: string): void {
  const file = join(root, path)
  const page = readFileSync(file, 'utf8')
  const [from, to] = [`<!-- ${name}: written by make -->`, `<!-- ${name} ends -->`]
  const [start, end] = [page.indexOf(from), page.indexOf(to)]
  if (start === -1 || end < start) throw new Stop(`bench: ${path} has no marks for ${name}`)
  const before = page.slice(0, start + from.length)
  writeFileSync(file, `${before}\n\n${text.trim()}\n\n${page.slice(end)}`)
}

/** Writes a picture below docs/. */
export async function writeImage(path: string, text: string): Promise<void> {
  const file = join(root, path)
  await mkdir(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

/** A table in Markdown; columns but the first are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'))
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}
