import { stringify } from 'yaml'
import type { ChangeGroup } from './changelog.ts'

/** Markdown as plain text: Artifact Hub shows a change as it is written. */
function plain(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '')
}

/**
 * The annotations of Chart.yaml that each version has anew, of those that
 * https://artifacthub.io/docs/topics/annotations/helm describes. `image` is the operator's.
 */
export function artifactHubAnnotations(
  groups: readonly ChangeGroup[],
  version: string,
  image: string,
): Record<string, string> {
  const changes = groups.flatMap(({ kind, changes }) =>
    changes.map((change) => ({ kind: kind.toLowerCase(), description: plain(change) })),
  )
  const platforms = ['linux/amd64', 'linux/arm64']
  return {
    'artifacthub.io/changes': stringify(changes),
    'artifacthub.io/containsSecurityUpdates': String(
      groups.some(({ kind }) => kind === 'Security'),
    ),
    'artifacthub.io/images': stringify([{ name: 'coinflip-operator', image, platforms }]),
    'artifacthub.io/prerelease': String(version.includes('-')),
  }
}
