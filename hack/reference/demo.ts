/** What the README shows of the demo: NATS is killed, NATS comes back, and what came of it. */
export function demoExcerpt(output: string): string {
  const paragraphs = output.trimEnd().split('\n\n')
  const outage = paragraphs.findIndex((text) => text.includes('BrokerUnavailable'))
  const [result = ''] = paragraphs.at(-1)?.split('\n') ?? []
  return [...paragraphs.slice(outage, outage + 2), result].join('\n\n')
}

/** An output of the demo without what differs from run to run. */
export function comparable(output: string): string {
  return output
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UID')
    .replace(/again in [\d.]+ s/g, 'again in N s')
}
