/**
 * `node hack/build.ts [FOLDER]` bundles the service into FOLDER/main.js (dist/ by default), and the
 * program for the cluster into FOLDER/cluster.js, with the licences of the bundled packages in
 * FOLDER/LICENCES.txt. Loading node_modules file by file takes
 * 10 MB more memory and twice the time to start.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
const [folder = join(root, 'dist')] = process.argv.slice(2)

// Bundled CommonJS expects these names. NODE_ENV is production by default.
const banner = `import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
const __filename = import.meta.filename
const __dirname = import.meta.dirname
process.env.NODE_ENV ??= 'production'`

/** The package folders of the files, each once. */
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
  entryPoints: { main: 'server/main.ts', cluster: 'server/cluster.ts' },
  outdir: folder,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minifySyntax: true,
  // A bundle without comments and indentation takes 2 MB less memory; names and lines stay for stacks.
  minifyWhitespace: true,
  lineLimit: 120,
  legalComments: 'none',
  // Only for development, which runs from source.
  external: ['./app/docs.ts'],
  banner: { js: banner },
  logLevel: 'error',
  metafile: true,
})
const licences = packagesOf(Object.keys(metafile.inputs)).map(licenceOf)
writeFileSync(join(folder, 'LICENCES.txt'), `${licences.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`)
