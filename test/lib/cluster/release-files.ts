import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../../hack/lib/process.ts'
import { root } from '../../../hack/lib/root.ts'
import { shellOf } from './make.ts'

/** Image in the files of `writeReleaseFiles`, which nobody can pull. */
export const releasedImage = 'registry.example.com/coinflip-operator:0.1.0'

/** Writes install.yaml and metacontroller.yaml into a folder, as a release has them. */
export async function writeReleaseFiles(dir: string, image = releasedImage): Promise<void> {
  const env = { ...shellOf({ IMG: image }), MAKEFLAGS: undefined, MAKELEVEL: undefined }
  for (const name of ['install', 'metacontroller']) {
    const args = ['--silent', `${name}-yaml`]
    const { stdout, stderr, failure } = await run('make', args, {
      env,
      cwd: root,
      limitMs: 180_000,
    })
    if (failure !== undefined) throw new Error(`make ${name}-yaml: ${failure} ${stderr}`)
    writeFileSync(join(dir, `${name}.yaml`), stdout)
  }
}

/** The text of docs/how-to/install.md. */
export const page = readFileSync(join(root, 'docs/how-to/install.md'), 'utf8')

/** The blocks of a language in it. */
export function blocksOf(language: 'sh' | 'yaml'): string[] {
  const blocks = page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))
  return [...blocks].map(([, text = '']) => text)
}
