import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

const folder = join(import.meta.dirname, 'page')

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** The page loads only its own files, and no other page may frame it. */
export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Reads a file of the page by its URL path; undefined where there is none. */
export async function readPageFile(
  path: string,
): Promise<{ type: string; body: Buffer } | undefined> {
  const name = path === '/' ? 'index.html' : path.slice(1)
  const type = types[extname(name)]
  if (!/^[a-z-]+\.[a-z]+$/.test(name) || type === undefined) return undefined
  try {
    // Read each time, so that a reload shows a changed file.
    return { type, body: await readFile(join(folder, name)) }
  } catch {
    return undefined
  }
}
