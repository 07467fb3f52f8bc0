import type { ChangeGroup } from './changelog.ts'

/** Markdown whose relative links lead from the URL of a folder, which ends with a slash. */
export function absoluteLinks(markdown: string, folder: string): string {
  return markdown.replace(
    /\]\((?![a-z]+:|#)([^)]+)\)/g,
    (_, path) => `](${new URL(path, folder).href})`,
  )
}

/** The URL of the files of a version, of a repository with this URL. */
export function filesUrl(repository: string, version: string): string {
  return `${repository}/blob/v${version}/`
}

/** The notes of a release, as Markdown of GitHub, which breaks lines where the text does. */
export function releaseNotes(
  groups: readonly ChangeGroup[],
  version: string,
  repository: string,
): string {
  const files = filesUrl(repository, version)
  const sections = groups.map(({ kind, changes }) => {
    const items = changes.map((change) => `- ${absoluteLinks(change, files)}`)
    return `### ${kind}\n\n${items.join('\n')}\n`
  })
  const verify = `[How to verify these files](${files}docs/how-to/release.md#verify-a-release)\n`
  return [...sections, verify].join('\n')
}
