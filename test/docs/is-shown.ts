/** Values that differ from run to run, and the words that replace them on both sides. */
const varying = [
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UID'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME'],
  [/(127\.0\.0\.1|localhost):\d+/g, 'ADDRESS'],
  [/\b(\d+m)?\d+(\.\d+)? ?m?s\b/g, 'DURATION'],
] as const

const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

function plain(text: string): string {
  // The last text of a line that was overwritten.
  const last = text.replace(/[^\n]*\r(?!\n)/g, '').replaceAll('\r', '')
  const even = varying.reduce((all, [pattern, word]) => all.replace(pattern, word), last)
  // The width of columns depends on their cells.
  return even.replace(/(?<=\S) {2,}/g, '  ').replace(/ +$/gm, '')
}

/**
 * Whether the printed text is the one that a page shows. UIDs, times, durations and addresses may
 * differ; `...` stands for anything in its line and, alone in a line, for any lines.
 */
export function isShown(shown: string, printed: string, options: { whole: boolean }): boolean {
  const lines = plain(shown.replace(/\n$/, ''))
    .split('\n')
    .map((line) => {
      if (line.trim() === '...') return '(?:.*\\n)*?'
      return `${line.split('...').map(literal).join('.*')}\\n`
    })
  const end = options.whole ? '$' : ''
  return new RegExp(`^${lines.join('')}${end}`).test(`${plain(printed).replace(/\n*$/, '')}\n`)
}
