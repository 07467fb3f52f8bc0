import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../../hack/lib/root.ts'
import { UserError } from '../../../hack/lib/user-error.ts'

/** Those that change what the others stand on come last. */
const last = ['upgrade', 'reinstall', 'verbs', 'run']

/** The files of cases that are asked for, or all, in the order in which they run. */
export function chooseThemes(asked: readonly string[]): string[] {
  const all = readdirSync(join(root, 'test/e2e/cases')).map((name) => name.replace(/\.ts$/, ''))
  const unknown = asked.find((name) => !all.includes(name))
  if (unknown)
    throw new UserError(`e2e: there are no cases ${unknown}, but ${all.sort().join(', ')}`)
  const place = (name: string) => last.indexOf(name)
  return all
    .filter((name) => asked.length === 0 || asked.includes(name))
    .sort((a, b) => place(a) - place(b) || a.localeCompare(b))
}
