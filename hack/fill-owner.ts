/** Puts the variable OWNER in the place of OWNER in the files that git knows. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { requireVariable } from './lib/input.ts'
import { run } from './lib/process.ts'
import { root } from './lib/root.ts'
import { counted, say, script } from './lib/script.ts'
import { UserError } from './lib/user-error.ts'
import { fillOwner, isOwner } from './release/owner.ts'

const usage = 'make fill-owner OWNER=alice'

await script(async () => {
  const owner = requireVariable('OWNER', usage)
  if (!isOwner(owner)) throw new UserError(`OWNER=${owner} is no name on GitHub: ${usage}`)
  const args = ['grep', '-I', '--files-with-matches', '-z', 'OWNER']
  const { stdout, failure } = await run('git', args)
  // Without a match, git grep exits with 1 and says nothing.
  if (failure !== undefined && failure !== 'exit code 1')
    throw new UserError(`fill-owner: git grep: ${failure}`)
  let filled = 0
  for (const file of stdout.split('\0').filter(Boolean)) {
    const path = join(root, file)
    const text = readFileSync(path, 'utf8')
    const result = fillOwner(text, owner)
    if (result === text) continue
    writeFileSync(path, result)
    filled += 1
  }
  say(`${counted(filled, 'file')} now ${filled === 1 ? 'names' : 'name'} ${owner}`)
})
