/** Metrics of a service at one moment. */
export interface Gauges {
  inFlight: number
  /** Since the last reading. */
  loopLagP99Ms: number
}

/** The value of a metric without labels; NaN if it is missing. */
export function readGauge(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
}

/** Reads the metrics of a service. */
export async function readGauges(adminUrl: string): Promise<Gauges> {
  const response = await fetch(`${adminUrl}/metrics`)
  const text = await response.text()
  return {
    inFlight: readGauge(text, 'coinflip_requests_in_flight'),
    loopLagP99Ms: readGauge(text, 'nodejs_eventloop_lag_p99_seconds') * 1000,
  }
}
