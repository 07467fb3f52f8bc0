/** The value of a metric in Prometheus text, its labels as they are printed; 0 if absent. */
export function metricOf(text: string, name: string): number {
  const line = text.split('\n').find((each) => each.startsWith(`${name} `))
  return line ? Number(line.slice(name.length + 1)) : 0
}
