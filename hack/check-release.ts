/** Checks that every file has the version of the tag TAG, and that CHANGELOG.md describes it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { requireVariable } from './lib/input.ts'
import { root } from './lib/root.ts'
import { say, script, warn } from './lib/script.ts'
import { UserError } from './lib/user-error.ts'
import { findChanges } from './release/changelog.ts'
import { isVersion, versionFaults } from './release/versions.ts'

const usage = 'make check-release TAG=v0.2.0'

await script(async () => {
  const tag = requireVariable('TAG', usage)
  const version = tag.slice(1)
  if (!tag.startsWith('v') || !isVersion(version))
    throw new UserError(`TAG=${tag} is no tag of a release: ${usage}`)
  const changes = findChanges(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version)
  const faults = versionFaults(root, version)
  if ('fault' in changes) faults.push(`CHANGELOG.md ${changes.fault}`)
  for (const fault of faults) warn(`check-release: ${fault}`)
  if (faults.length === 0) say(`${tag} can be released`)
  return faults.length === 0 ? 0 : 1
})
