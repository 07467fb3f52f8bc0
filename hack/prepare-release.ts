/** Writes VERSION into every file that has the version, and gives it what CHANGELOG.md has unreleased. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { requireVariable } from './lib/input.ts'
import { root } from './lib/root.ts'
import { say, script } from './lib/script.ts'
import { UserError } from './lib/user-error.ts'
import { findChanges, releaseChanges } from './release/changelog.ts'
import { isVersion, writeVersion } from './release/versions.ts'

const usage = 'make prepare-release VERSION=0.2.0'

await script(async () => {
  const version = requireVariable('VERSION', usage)
  if (!isVersion(version)) throw new UserError(`VERSION=${version} is no version: ${usage}`)
  const path = join(root, 'CHANGELOG.md')
  const changelog = readFileSync(path, 'utf8')
  if ('groups' in findChanges(changelog, version))
    throw new UserError(`CHANGELOG.md has a section for ${version} already: choose another VERSION`)
  const released = releaseChanges(changelog, version, new Date().toISOString().slice(0, 10))
  if ('fault' in released) throw new UserError(`CHANGELOG.md ${released.fault}`)
  writeFileSync(path, released.changelog)
  for (const file of ['CHANGELOG.md', ...writeVersion(root, version)]) say(`wrote ${file}`)
  say(`Review and commit these files, and merge them. Then tag the commit:`)
  say(`  git tag --sign v${version} --message v${version} && git push origin v${version}`)
})
