/** The kinds of changes that Keep a Changelog has. */
const kinds = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'] as const

/** The changes of one kind, each one line of Markdown. */
export interface ChangeGroup {
  kind: (typeof kinds)[number]
  changes: string[]
}

const headings = kinds
  .map((kind) => `"### ${kind}"`)
  .join(', ')
  .replace(/, ([^,]*)$/, ' or $1')

type Fault = { fault: string }

const unreleased = '## [Unreleased]'

/** The lines below a heading of the second level, up to the next one or the link definitions. */
function linesBelow(changelog: string, isHeading: (line: string) => boolean): string[] | undefined {
  const lines = changelog.split('\n')
  const start = lines.findIndex(isHeading)
  if (start < 0) return undefined
  const rest = lines.slice(start + 1)
  const end = rest.findIndex((line) => /^## |^\[[^\]]+\]: /.test(line))
  return end < 0 ? rest : rest.slice(0, end)
}

/**
 * The changes of a version in a changelog. A fault says what to do: there is no section with a date
 * for the version, it has no change, or it has a line that Keep a Changelog does not know.
 */
export function findChanges(changelog: string, version: string): { groups: ChangeGroup[] } | Fault {
  const heading = `## [${version}] - `
  const lines = linesBelow(
    changelog,
    (line) => line.startsWith(heading) && /^\d{4}-\d\d-\d\d$/.test(line.slice(heading.length)),
  )
  if (!lines)
    return {
      fault: `has no section "${heading}YYYY-MM-DD": make prepare-release VERSION=${version} adds it`,
    }
  const groups: ChangeGroup[] = []
  for (const line of lines.filter((line) => line.trim() !== '')) {
    const kind = kinds.find((name) => line === `### ${name}`)
    const changes = groups.at(-1)?.changes
    const isContinuation = line.startsWith('  ') && (changes?.length ?? 0) > 0
    if (kind) groups.push({ kind, changes: [] })
    else if (changes && line.startsWith('- ')) changes.push(line.slice(2).trim())
    else if (changes && isContinuation) changes.push(`${changes.pop()} ${line.trim()}`)
    else
      return {
        fault: `has the line "${line}" in the section of ${version}: it takes lists below ${headings}`,
      }
  }
  const empty = groups.find(({ changes }) => changes.length === 0)
  if (empty)
    return { fault: `has nothing below "### ${empty.kind}" of ${version}: delete the heading` }
  if (groups.length === 0)
    return { fault: `lists no change of ${version}: say what users will notice` }
  return { groups }
}

/** Gives what is under Unreleased to a version of a day such as 2026-11-29. */
export function releaseChanges(
  changelog: string,
  version: string,
  day: string,
): { changelog: string } | Fault {
  const heading = `## [${version}] - ${day}`
  const renamed = changelog.replace(`${unreleased}\n`, `${unreleased}\n\n${heading}\n`)
  if (renamed === changelog) return { fault: `has no heading "${unreleased}": add it at the top` }
  const found = findChanges(renamed, version)
  return 'fault' in found ? found : { changelog: renamed }
}
