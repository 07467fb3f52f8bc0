/** Some fields of each object of a list, by their JSONPath: never the flips, which may be many. */
export interface Columns {
  /** What kubectl takes behind `-o jsonpath=`. */
  template: string
  /** The cells of each line that it prints then. */
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
