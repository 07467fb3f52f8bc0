import { join } from 'node:path'
import { which } from 'zx/core'
import { outputOf, run } from '../../../hack/lib/process.ts'
import { root } from '../../../hack/lib/root.ts'
import { UserError } from '../../../hack/lib/user-error.ts'

/** The Go toolchain of this machine. */
export type Go = NonNullable<Awaited<ReturnType<typeof findGo>>>

const buildLimitMs = 600_000

/** Finds Go; it builds into a folder. */
export async function findGo(dir: string) {
  const go = await which('go', { nothrow: true })
  if (!go) return undefined
  async function runIn(module: string, ...args: string[]): Promise<string> {
    const options = { cwd: join(root, module), limitMs: buildLimitMs }
    const { stdout, failure } = await run(String(go), args, options)
    if (failure) throw new UserError(`go ${args[0]} in ${module}: ${failure}`)
    return stdout.trim()
  }
  return {
    version: (await outputOf(go, 'env', 'GOVERSION')).replace('go', ''),
    /** Builds a package of a module of this repository; answers the path of the program. */
    async build(module: string, what = '.') {
      const binary = join(dir, `${module}-${what}`.replaceAll(/\W/g, '-'))
      await runIn(module, 'build', '-o', binary, what)
      return binary
    },
    /** Version of a module that the module requires. */
    versionOf: (module: string, required: string) =>
      runIn(module, 'list', '-m', '-f={{.Version}}', required),
  }
}
