import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { build } from 'esbuild'

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

/** The file that imports TypeScript, from outside of the page. */
const bundled = 'metacontroller.js'

async function bundle(name: string): Promise<Buffer> {
  const entryPoints = [join(folder, name)]
  const options = { bundle: true, format: 'esm', write: false, logLevel: 'silent' } as const
  const { outputFiles } = await build({ entryPoints, ...options })
  return Buffer.from(outputFiles[0]?.contents ?? '')
}

/** Reads a file of the page by its URL path; undefined where there is none. */
export async function readPageFile(
  path: string,
): Promise<{ type: string; body: Buffer } | undefined> {
  const name = path === '/' ? 'index.html' : path.slice(1)
  const type = types[extname(name)]
  if (!/^[a-z-]+\.[a-z]+$/.test(name) || type === undefined) return undefined
  try {
    // Read each time, so that a reload shows a changed file.
    const body = name === bundled ? await bundle(name) : await readFile(join(folder, name))
    return { type, body }
  } catch {
    return undefined
  }
}
