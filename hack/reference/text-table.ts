import { table } from '../lib/page.ts'

/** A table in Markdown whose columns are text, all flush left. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return table(head, rows).replaceAll(' ---: |', ' --- |')
}
