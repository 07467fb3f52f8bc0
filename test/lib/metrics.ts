/** The value of a metric in Prometheus text, its labels as they are printed. */
export function metricOf(text: string, name: string, absent = 0): number {
  const line = text.split('\n').find((each) => each.startsWith(`${name} `))
  return line ? Number(line.slice(name.length + 1)) : absent
}

/** The number of answered calls by status code. */
export function answersIn(text: string): Record<string, number> {
  const answers: Record<string, number> = {}
  const lines = text.matchAll(
    /^coinflip_request_duration_seconds_count\{.*code="(\d+)".*\} (\d+)$/gm,
  )
  for (const [, code = '', count] of lines) answers[code] = (answers[code] ?? 0) + Number(count)
  return answers
}
