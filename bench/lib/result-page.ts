import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../../hack/lib/root.ts'

/** A file in docs/results, which a benchmark writes as a whole. */
export interface ResultPage {
  /** Name of the file, without its ending. */
  name: string
  title: string
  /** The command that makes it. */
  command: string
  /** What was measured, as Markdown. */
  text: string
}

/** Replaces a file in docs/results. */
export function writeResultPage({ name, title, command, text }: ResultPage): void {
  const file = join(root, 'docs/results', `${name}.md`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `# ${title}\n\n\`${command}\` writes this page.\n\n${text.trim()}\n`)
}
