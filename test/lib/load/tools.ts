import { join } from 'node:path'
import { which } from 'zx'
import { run } from '../../../hack/lib/process.ts'
import { root } from '../../../hack/lib/root.ts'
import { UserError } from '../../../hack/lib/user-error.ts'

const buildLimitMs = 600_000

/** Path of a program; where it is missing, an error that says what for and how to get it. */
export async function requireProgram(name: string, purpose: string, remedy: string) {
  const path = await which(name, { nothrow: true })
  if (path) return path
  throw new UserError(`${name} is not on the PATH; ${purpose} needs it: ${remedy}`)
}

/** Runs a command to its end; what it printed, or a UserError. */
export async function output(
  program: string,
  args: readonly string[],
  { cwd = root, limitMs = buildLimitMs } = {},
): Promise<string> {
  const { stdout, failure } = await run(program, args, { env: process.env, cwd, limitMs })
  if (failure) throw new UserError(`${program} ${args.join(' ')}: ${failure}`)
  return stdout.trim()
}

/** The Go toolchain of this machine. */
export interface Go {
  version: string
  /** Builds a package of a module of this repository; answers the path of the program. */
  build(module: string, what?: string): Promise<string>
  /** Version of a module that the module requires. */
  versionOf(module: string, required: string): Promise<string>
}

/** How to get Go, for an error. */
export const goRemedy = 'https://go.dev/dl, or on Debian apt-get install golang'

/** Finds Go; it builds into a folder. */
export async function findGo(dir: string): Promise<Go | undefined> {
  const go = await which('go', { nothrow: true })
  if (!go) return undefined
  return {
    version: (await output(go, ['env', 'GOVERSION'])).replace('go', ''),
    async build(module, what = '.') {
      const binary = join(dir, module.replaceAll('/', '-'))
      await output(go, ['build', '-o', binary, what], { cwd: join(root, module) })
      return binary
    },
    versionOf: (module, required) =>
      output(go, ['list', '-m', '-f={{.Version}}', required], { cwd: join(root, module) }),
  }
}
