import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { root } from '../../hack/lib/root.ts'

/** The text of docs/how-to/gitops.md. */
export const guide = readFileSync(join(root, 'docs/how-to/gitops.md'), 'utf8')

/** What the YAML blocks in it hold, those inside lists too. */
const objects = [...guide.matchAll(/^( *)```yaml\n([\s\S]*?)^ *```$/gm)].flatMap(
  ([, indent = '', text = '']) =>
    parseAllDocuments(text.replaceAll(new RegExp(`^${indent}`, 'gm'), '')).map((document) => {
      const [fault] = [...document.errors, ...document.warnings]
      if (fault) throw new Error(`docs/how-to/gitops.md: ${fault.message}`)
      return document.toJS()
    }),
)

/** The objects of a kind whose apiVersion begins so, in their order in the guide. */
// biome-ignore lint/suspicious/noExplicitAny: what users write down for other programs.
export function examples(apiVersion: string, kind: string): any[] {
  return objects.filter((each) => each.kind === kind && each.apiVersion.startsWith(apiVersion))
}
