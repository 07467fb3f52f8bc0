import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../../hack/lib/process.ts'
import { root } from '../../../hack/lib/root.ts'
import type { Environment } from './environment.ts'

const sections = readFileSync(join(root, 'docs/how-to/access.md'), 'utf8').split(/^#+ /m)

/** The shell commands under a heading of docs/how-to/access.md, block by block. */
export function commandsUnder(heading: string): string[] {
  const section = sections.find((text) => text.startsWith(`${heading}\n`)) ?? ''
  const blocks = [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text = '']) => text)
  if (blocks.length === 0) throw new Error(`docs/how-to/access.md has no commands under ${heading}`)
  return blocks
}

/** Runs such commands in a folder; throws with their output when they fail. */
export async function runCommands({ kubectl }: Environment, folder: string, commands: string) {
  const how = { env: kubectl.env, cwd: folder, limitMs: 60_000 }
  const { stderr, failure } = await run('bash', ['-euo', 'pipefail', '-c', commands], how)
  if (failure) throw new Error(`${commands}\n${failure}\n${stderr}`)
}
