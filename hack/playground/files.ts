import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

const folder = join(import.meta.dirname, 'page')

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Nothing but what the page itself consists of, and nobody frames it to have its buttons pressed. */
export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** A file of the page by the path of its address; undefined where there is none. */
export async function readPageFile(
  path: string,
): Promise<{ type: string; body: Buffer } | undefined> {
  const name = path === '/' ? 'index.html' : path.slice(1)
  const type = types[extname(name)]
  if (!/^[a-z-]+\.[a-z]+$/.test(name) || type === undefined) return undefined
  try {
    // Read each time, so that a changed file is there at the next reload.
    return { type, body: await readFile(join(folder, name)) }
  } catch {
    return undefined
  }
}
