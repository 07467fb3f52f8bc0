import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dependenciesTable } from './lib/dependencies.ts'
import { run } from './lib/process.ts'
import { conditionsTable, replaceParts, settingsTable, targetsTable } from './lib/readme.ts'
import { root } from './lib/root.ts'
import { script } from './lib/script.ts'
import { UserError } from './lib/user-error.ts'

await script(async () => {
  const { stdout, failure } = await run('npm', ['run', '--silent', 'demo'], {
    env: process.env,
    cwd: root,
    limitMs: 60_000,
  })
  if (failure) throw new UserError(`readme: the demo failed (${failure}); run make demo`)
  const file = join(root, 'README.md')
  const readJson = async (name: string) => JSON.parse(await readFile(join(root, name), 'utf8'))
  const parts = {
    demo: `\`\`\`\n${stdout.trimEnd()}\n\`\`\``,
    targets: targetsTable(await readFile(join(root, 'Makefile'), 'utf8')),
    settings: settingsTable(),
    conditions: conditionsTable(),
    dependencies: dependenciesTable(
      await readJson('package.json'),
      await readJson('package-lock.json'),
    ),
  }
  await writeFile(file, replaceParts(await readFile(file, 'utf8'), parts))
  return 0
})
