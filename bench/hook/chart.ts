/** A bar with what its end stands for. */
export interface Bar {
  label: string
  value: number
  /** Shown behind the value, as its spread. */
  note?: string
  /** Where the goal is, on the same scale. */
  goal?: number
  reached?: boolean
}

const rowPx = 30
const labelPx = 330
const barPx = 360
const widthPx = 860
const headPx = 46

const entities = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)

/** A chart of bars as SVG; the line at 1 is the one compared to. Readable on light and dark. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const top = Math.max(1.2, ...bars.flatMap(({ value, goal = 0 }) => [value, goal])) * 1.05
  const x = (value: number) => Math.round(labelPx + (value / top) * barPx)
  const height = headPx + bars.length * rowPx + 34
  const rows = bars.map(({ label, value, note, goal, reached }, i) => {
    const y = headPx + i * rowPx
    const color = reached === undefined ? '#4c78a8' : reached ? '#3a923a' : '#d08020'
    const mark =
      goal === undefined
        ? ''
        : `<path d="M${x(goal)} ${y - 3}v${rowPx - 4}" stroke="#222" stroke-width="2" stroke-dasharray="3 2"/>`
    const shown = `${value.toFixed(2)}${note ? ` ${note}` : ''}`
    return `<text x="${labelPx - 10}" y="${y + 15}" text-anchor="end">${entities(label)}</text>
<rect x="${labelPx}" y="${y}" width="${x(value) - labelPx}" height="${rowPx - 10}" fill="${color}"/>
${mark}<text x="${Math.max(x(value), x(goal ?? 0)) + 8}" y="${y + 15}">${entities(shown)}</text>`
  })
  const bottom = headPx + bars.length * rowPx
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${height}" viewBox="0 0 ${widthPx} ${height}" font-family="sans-serif" font-size="13" fill="#222">
<rect width="100%" height="100%" fill="#fff"/>
<text x="16" y="26" font-size="16" font-weight="bold">${entities(title)}</text>
<path d="M${x(1)} ${headPx - 8}V${bottom}" stroke="#999"/>
${rows.join('\n')}
<text x="${x(1)}" y="${bottom + 18}" text-anchor="middle" fill="#666">1</text>
<text x="${widthPx - 16}" y="${bottom + 18}" text-anchor="end" fill="#666">dashed: the goal; green: reached</text>
</svg>
`
}
