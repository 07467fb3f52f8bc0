/** Parts whose shape does not depend on Metacontroller: on the manifests, the status or the writer. */
const foreign =
  /^\.body(\.controller\.(spec|metadata\.(labels|annotations))|\.parent\.(spec|status|metadata\.(labels|annotations))|\.\w+\.metadata\.managedFields\[\]\.(fieldsV1|subresource))/

function walk(value: unknown, path: string, shape: Set<string>): void {
  if (foreign.test(path)) return
  if (Array.isArray(value)) {
    shape.add(`${path}[]`)
    for (const item of value) walk(item, `${path}[]`, shape)
  } else if (typeof value === 'object' && value !== null) {
    shape.add(path)
    for (const [name, item] of Object.entries(value)) walk(item, `${path}.${name}`, shape)
  } else shape.add(`${path} ${value === null ? 'null' : typeof value}`)
}

/** The paths of a recorded call with the types of their values, sorted. */
export function shapeOf(call: { headers: object; body: object }): string[] {
  const shape = new Set<string>()
  walk({ headers: call.headers, body: call.body }, '', shape)
  return [...shape].sort()
}
