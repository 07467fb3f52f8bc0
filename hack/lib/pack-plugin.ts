import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { outputOf, run } from './process.ts'
import { root } from './root.ts'
import { UserError } from './user-error.ts'

const source = join(root, 'server/metacontroller')

/** The compiler as a module: tap's loader cannot load its command, whose file has no extension. */
export const compiler = join(root, 'node_modules/typescript/lib/tsc.js')

/** Declarations import `./gate.ts`, which is no file of the package. */
async function rewriteImports(dir: string): Promise<void> {
  for (const name of await readdir(dir, { recursive: true })) {
    if (!name.endsWith('.d.ts')) continue
    const file = join(dir, name)
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replaceAll(/(from|import\()( ?'\.[^']*)\.ts'/g, "$1$2.js'"))
  }
}

/** Compiles the plugin into a folder: JavaScript and declarations. */
export async function compilePlugin(dir: string): Promise<void> {
  const args = [compiler, '-p', source, '--outDir', dir]
  const { stdout, stderr, failure } = await run(process.execPath, args)
  if (failure) throw new UserError(`the plugin does not compile: ${stdout || stderr || failure}`)
}

/** Compiles the plugin and packs it into a folder; returns the path of the tarball. */
export async function packPlugin(folder: string): Promise<string> {
  const stage = await mkdtemp(join(tmpdir(), 'coinflip-pack-'))
  try {
    await compilePlugin(join(stage, 'dist'))
    await rewriteImports(join(stage, 'dist'))
    for (const name of ['package.json', 'README.md', 'API.md'])
      await copyFile(join(source, name), join(stage, name))
    await cp(join(root, 'LICENSE'), join(stage, 'LICENSE'))
    await mkdir(folder, { recursive: true })
    const packed = await outputOf('npm', 'pack', '--silent', `--pack-destination=${folder}`, stage)
    return join(folder, packed.trim())
  } finally {
    await rm(stage, { recursive: true, force: true })
  }
}
