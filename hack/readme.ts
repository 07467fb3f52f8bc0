/** `npm run readme` writes the generated parts of README.md and docs/. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fillPage } from './lib/page.ts'
import { outputOf } from './lib/process.ts'
import { root } from './lib/root.ts'
import { script } from './lib/script.ts'
import { demoExcerpt } from './reference/demo.ts'
import { partsOfPages } from './reference/pages.ts'
import { apiPath, buildApiPage } from './reference/plugin-api.ts'

await script(async () => {
  await writeFile(join(root, apiPath), await buildApiPage())
  const demo = demoExcerpt(await outputOf('npm', 'run', '--silent', 'demo'))
  fillPage('README.md', 'demo', `\`\`\`\n${demo}\n\`\`\``)
  for (const [page, parts] of Object.entries(partsOfPages()))
    for (const [name, part] of Object.entries(parts)) fillPage(page, name, part)
})
