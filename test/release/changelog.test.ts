import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { root } from '../../hack/lib/root.ts'
import { findChanges, releaseChanges } from '../../hack/release/changelog.ts'

const changelog = `# Changelog

The format is that of [Keep a Changelog](https://keepachangelog.com/en/1.1.0/).

## [Unreleased]

## [0.2.0] - 2026-12-24

### Added

- A setting.
- A long line
  that is wrapped.

### Security

- \`bodies\` are [limited](SECURITY.md#bounds).

## [0.1.0] - 2026-11-29

### Added

- Everything.

[0.2.0]: https://example.com/compare
`

for (const [version, groups] of [
  [
    '0.2.0',
    [
      { kind: 'Added', changes: ['A setting.', 'A long line that is wrapped.'] },
      { kind: 'Security', changes: ['`bodies` are [limited](SECURITY.md#bounds).'] },
    ],
  ],
  ['0.1.0', [{ kind: 'Added', changes: ['Everything.'] }]],
] as const)
  t.same(findChanges(changelog, version), { groups }, `finds the changes of ${version}`)

const section = (lines: string) =>
  `## [1.0.0] - 2026-11-29\n\n${lines}\n\n## [0.9.0] - 2026-11-01\n`
for (const [name, text, fault] of [
  [
    'a version without a section',
    changelog,
    'has no section "## [1.0.0] - YYYY-MM-DD": make prepare-release VERSION=1.0.0 adds it',
  ],
  [
    'a section without a date',
    '## [1.0.0]\n\n### Added\n\n- Everything.\n',
    'has no section "## [1.0.0] - YYYY-MM-DD": make prepare-release VERSION=1.0.0 adds it',
  ],
  ['an empty section', section(''), 'lists no change of 1.0.0: say what users will notice'],
  [
    'a kind without changes',
    section('### Added\n\n### Fixed\n\n- A bug.'),
    'has nothing below "### Added" of 1.0.0: delete the heading',
  ],
  [
    'a kind that Keep a Changelog does not have',
    section('### Improved\n\n- Speed.'),
    'has the line "### Improved" in the section of 1.0.0: it takes lists below "### Added", "### Changed", "### Deprecated", "### Removed", "### Fixed" or "### Security"',
  ],
  [
    'a change of no kind',
    section('- Speed.'),
    'has the line "- Speed." in the section of 1.0.0: it takes lists below "### Added", "### Changed", "### Deprecated", "### Removed", "### Fixed" or "### Security"',
  ],
] as const)
  t.same(findChanges(text, '1.0.0'), { fault }, `says what to do about ${name}`)

t.test('what this repository has unreleased can be released', async (t) => {
  const text = await readFile(join(root, 'CHANGELOG.md'), 'utf8')
  const released = releaseChanges(text, '99.0.0', '2026-11-29')
  // Right after a release there is nothing.
  t.ok('changelog' in released || released.fault.startsWith('lists no change'), released)
})

t.test(
  'gives unreleased changes to a version and keeps the heading for the next ones',
  async (t) => {
    const before = '# Changelog\n\n## [Unreleased]\n\n### Fixed\n\n- A bug.\n'
    t.same(releaseChanges(before, '1.0.0', '2026-11-29'), {
      changelog:
        '# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2026-11-29\n\n### Fixed\n\n- A bug.\n',
    })
  },
)

for (const [name, text, fault] of [
  [
    'no heading for unreleased changes',
    '# Changelog\n',
    'has no heading "## [Unreleased]": add it at the top',
  ],
  ['nothing unreleased', changelog, 'lists no change of 1.0.0: say what users will notice'],
] as const)
  t.same(releaseChanges(text, '1.0.0', '2026-11-29'), { fault }, `refuses a changelog with ${name}`)
