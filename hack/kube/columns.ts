/** Some fields of each object of a list, by JSONPath; never the flips, of which there may be many. */
export interface Columns {
  /** The template for `kubectl -o jsonpath=`. */
  template: string
  /** Splits the output into the cells of each line. */
  parse(text: string): string[][]
}

export function columns(paths: readonly string[]): Columns {
  const cells = paths.map((path) => `{${path}}`).join('{"\\t"}')
  return {
    template: `{range .items[*]}${cells}{"\\n"}{end}`,
    parse: (text) =>
      text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('\t')),
  }
}
