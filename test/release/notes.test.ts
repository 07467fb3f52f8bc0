import t from 'tap'
import { parse } from 'yaml'
import { artifactHubAnnotations } from '../../hack/release/artifact-hub.ts'
import { absoluteLinks, filesUrl, releaseNotes } from '../../hack/release/notes.ts'

const url = 'https://github.com/alice/coinflip-operator'
const groups = [
  { kind: 'Added' as const, changes: ['A page for [the `API`](docs/api.md#status).', 'More.'] },
  { kind: 'Security' as const, changes: ['An [advisory](https://example.com/1).'] },
]

t.test('the notes group the changes, and link to the files of the version', async (t) => {
  t.equal(
    releaseNotes(groups, '0.2.0', url),
    `### Added

- A page for [the \`API\`](${url}/blob/v0.2.0/docs/api.md#status).
- More.

### Security

- An [advisory](https://example.com/1).

[How to verify these files](${url}/blob/v0.2.0/docs/how-to/release.md#verify-a-release)
`,
  )
})

for (const [name, link, absolute] of [
  ['a page beside it', 'access.md#tls', '/blob/v0.2.0/docs/how-to/access.md#tls'],
  ['a page of another folder', '../api.md', '/blob/v0.2.0/docs/api.md'],
  ['a file of the root', '../../CHANGELOG.md', '/blob/v0.2.0/CHANGELOG.md'],
] as const)
  t.equal(
    absoluteLinks(`[x](${link})`, `${filesUrl(url, '0.2.0')}docs/how-to/`),
    `[x](${url}${absolute})`,
    `a guide links to ${name}`,
  )
t.equal(absoluteLinks('[x](#here)', url), '[x](#here)', 'a link within a page stays')

t.test('Artifact Hub gets the changes as plain text, by their kinds', async (t) => {
  const annotations = artifactHubAnnotations(groups, '0.2.0', 'ghcr.io/alice/coinflip-operator')
  t.same(parse(annotations['artifacthub.io/changes'] ?? ''), [
    { kind: 'added', description: 'A page for the API.' },
    { kind: 'added', description: 'More.' },
    { kind: 'security', description: 'An advisory.' },
  ])
})

for (const [name, version, kind, annotations] of [
  ['a security update', '0.2.0', 'Security', { containsSecurityUpdates: 'true' }],
  ['an ordinary update', '0.2.0', 'Fixed', { containsSecurityUpdates: 'false' }],
  ['a release', '0.2.0', 'Fixed', { prerelease: 'false' }],
  ['a pre-release', '0.2.0-rc.1', 'Fixed', { prerelease: 'true' }],
] as const) {
  const found = artifactHubAnnotations([{ kind, changes: ['x'] }], version, 'image')
  for (const [key, value] of Object.entries(annotations))
    t.equal(found[`artifacthub.io/${key}`], value, `Artifact Hub sees ${name}`)
}
