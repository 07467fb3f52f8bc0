/**
 * `node hack/build.ts [FOLDER]` builds the service for production: FOLDER/main.js (dist/ where
 * none is named) is one file with all that it imports, and FOLDER/LICENCES.txt what the authors
 * of the packages in it ask to be passed on. Files of node_modules loaded one by one cost 10 MB of
 * memory and half of the start.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
const [folder = join(root, 'dist')] = process.argv.slice(2)

// What is made of CommonJS looks for these; and a production build is one unless told otherwise.
const banner = `import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
const __filename = import.meta.filename
const __dirname = import.meta.dirname
process.env.NODE_ENV ??= 'production'`

/** Folders of the packages that the files belong to, each once. */
function packagesOf(files: readonly string[]): string[] {
  const inPackage = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//
  const folders = files.flatMap((file) => inPackage.exec(file)?.[1] ?? [])
  return [...new Set(folders)].sort()
}

function licenceOf(path: string): string {
  const { name, version, license } = JSON.parse(
    readFileSync(join(root, path, 'package.json'), 'utf8'),
  )
  const texts = globSync('{licen[cs]e,LICEN[CS]E,License,NOTICE}*', { cwd: join(root, path) })
  const terms = texts.sort().map((file) => readFileSync(join(root, path, file), 'utf8').trim())
  return [`${name} ${version} (${license})`, ...terms].join('\n\n')
}

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['server/main.ts'],
  outfile: join(folder, 'main.js'),
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minifySyntax: true,
  legalComments: 'none',
  // Only for development, where it is found beside its source.
  external: ['./app/docs.ts'],
  banner: { js: banner },
  logLevel: 'error',
  metafile: true,
})
const licences = packagesOf(Object.keys(metafile.inputs)).map(licenceOf)
writeFileSync(join(folder, 'LICENCES.txt'), `${licences.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`)
