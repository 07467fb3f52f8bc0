/** `npm run readme` writes the generated parts of README.md, docs/ and CONTRIBUTING.md. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './lib/process.ts'
import { root } from './lib/root.ts'
import { script } from './lib/script.ts'
import { UserError } from './lib/user-error.ts'
import { demoExcerpt } from './reference/demo.ts'
import { fillParts, partsOfPages } from './reference/pages.ts'

const demoLimitMs = 60_000

async function runDemo(): Promise<string> {
  const how = { env: process.env, cwd: root, limitMs: demoLimitMs }
  const { stdout, failure } = await run('npm', ['run', '--silent', 'demo'], how)
  if (failure) throw new UserError(`readme: the demo failed (${failure}); run make demo`)
  return stdout
}

await script(async () => {
  const readText = (name: string) => readFile(join(root, name), 'utf8')
  const readJson = async (name: string) => JSON.parse(await readText(name))
  const pages = partsOfPages(await readJson('package.json'), await readJson('package-lock.json'))
  const demo = `\`\`\`\n${demoExcerpt(await runDemo())}\n\`\`\``
  pages['README.md'] = { ...pages['README.md'], demo }
  for (const [page, parts] of Object.entries(pages))
    await writeFile(join(root, page), fillParts(await readText(page), parts))
})
