import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../hack/lib/root.ts'

/** A heading of the runbook with the shell commands below it, block by block. */
export interface Section {
  title: string
  /** The fragment of its address. */
  anchor: string
  blocks: string[]
}

/** The text of docs/how-to/runbook.md. */
export const runbook = readFileSync(join(root, 'docs/how-to/runbook.md'), 'utf8')

/** Builds the anchor of a heading as GitHub does. */
const anchorOf = (title: string) =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')

/** The sections of the runbook, in its order. */
export const sections: Section[] = runbook.split(/^(?=#{1,3} )/m).map((text) => {
  const [, title = ''] = /^#+ (.*)$/m.exec(text) ?? []
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
  return { title, anchor: anchorOf(title), blocks }
})
