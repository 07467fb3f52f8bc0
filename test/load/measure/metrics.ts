/** What the metrics of a service say at a moment. */
export interface Gauges {
  inFlight: number
  /** Since they were read before. */
  loopLagP99Ms: number
}

/** The value of a metric without labels; NaN where there is none. */
export function gauge(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
}

/** Reads the metrics of a service. */
export async function readGauges(adminUrl: string): Promise<Gauges> {
  const response = await fetch(`${adminUrl}/metrics`)
  const text = await response.text()
  return {
    inFlight: gauge(text, 'coinflip_requests_in_flight'),
    loopLagP99Ms: gauge(text, 'nodejs_eventloop_lag_p99_seconds') * 1000,
  }
}
