/** `npm run readme` writes the generated parts of README.md and docs/. */
import { fillPage } from './lib/page.ts'
import { outputOf } from './lib/process.ts'
import { script } from './lib/script.ts'
import { demoExcerpt } from './reference/demo.ts'
import { partsOfPages } from './reference/pages.ts'

await script(async () => {
  const demo = demoExcerpt(await outputOf('npm', 'run', '--silent', 'demo'))
  fillPage('README.md', 'demo', `\`\`\`\n${demo}\n\`\`\``)
  for (const [page, parts] of Object.entries(partsOfPages()))
    for (const [name, part] of Object.entries(parts)) fillPage(page, name, part)
})
