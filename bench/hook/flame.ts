/** The parts of V8's CPU profile that are read. */
interface Profile {
  nodes: {
    id: number
    callFrame: { functionName: string; url: string; lineNumber: number }
    children?: number[]
  }[]
  samples: number[]
  timeDeltas: number[]
}

/** A function with the time spent in it and below it, merged over its callers' calls. */
interface Frame {
  label: string
  color: string
  us: number
  below: Map<string, Frame>
}

const widthPx = 1200
const rowPx = 18
/** Narrower ones would be a pixel wide. */
const leastShare = 0.003
const skipped = new Set(['(idle)', '(program)'])

const entities = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)

/** Whose code it is: ours, a package's, Node's, or the engine's. */
function originOf(url: string): { place: string; color: string } {
  const [, inPackage] = url.split('/node_modules/')
  if (inPackage !== undefined) {
    const parts = inPackage.split('/')
    const name = parts.slice(0, inPackage.startsWith('@') ? 2 : 1).join('/')
    return { place: name, color: '#f2c078' }
  }
  if (url.startsWith('node:')) return { place: url, color: '#a9c7e8' }
  if (url.startsWith('file:'))
    return { place: url.split('/').slice(-2).join('/'), color: '#9bd09b' }
  return { place: '', color: '#d0d0d0' }
}

/** Adds up the samples of the second half of a profile, in which the code is warm. */
function framesOf({ nodes, samples, timeDeltas }: Profile): Frame {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((c) => [c, id])))
  const all: Frame = { label: 'all', color: '#d0d0d0', us: 0, below: new Map() }
  const from = samples.length >> 1
  for (const [i, sample] of samples.slice(from).entries()) {
    const us = timeDeltas[from + i] ?? 0
    const stack = []
    for (let id: number | undefined = sample; id !== undefined; id = parents.get(id)) {
      const node = byId.get(id)
      if (node) stack.unshift(node.callFrame)
    }
    if (skipped.has(stack.at(-1)?.functionName ?? '')) continue
    all.us += us
    let at = all
    for (const { functionName, url } of stack.slice(1)) {
      const { place, color } = originOf(url)
      const label = `${functionName || '(anonymous)'} ${place}`.trim()
      const next = at.below.get(label) ?? { label, color, us: 0, below: new Map() }
      next.us += us
      at.below.set(label, next)
      at = next
    }
  }
  return all
}

/** A flame graph of a V8 CPU profile as SVG, callers above; widths are shares of the time. */
export function flameGraph(title: string, profile: Profile): string {
  const all = framesOf(profile)
  const boxes: string[] = []
  let rows = 0
  const draw = (frame: Frame, xUs: number, row: number) => {
    if (frame.us < all.us * leastShare) return
    rows = Math.max(rows, row + 1)
    const scale = widthPx / all.us
    const [x, width] = [xUs * scale, frame.us * scale]
    const share = ((frame.us / all.us) * 100).toFixed(1)
    const text = frame.label.slice(0, Math.floor((width - 4) / 6.2))
    const y = 34 + row * rowPx
    const box = `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${rowPx - 1}" fill="${frame.color}"/>`
    const words =
      text.length > 2
        ? `<text x="${(x + 2).toFixed(1)}" y="${y + 12}">${entities(text)}</text>`
        : ''
    boxes.push(`<g><title>${entities(frame.label)}: ${share} %</title>${box}${words}</g>`)
    let next = xUs
    for (const each of [...frame.below.values()].sort((a, b) => b.us - a.us)) {
      draw(each, next, row + 1)
      next += each.us
    }
  }
  draw(all, 0, 0)
  const height = 44 + rows * rowPx
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${height}" viewBox="0 0 ${widthPx} ${height}" font-family="monospace" font-size="10" fill="#222">
<rect width="100%" height="100%" fill="#fff"/>
<text x="4" y="18" font-family="sans-serif" font-size="14">${entities(title)}: green ours, yellow packages, blue Node, grey the engine</text>
${boxes.join('\n')}
</svg>
`
}
