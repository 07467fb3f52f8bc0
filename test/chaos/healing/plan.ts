import { readWholeNumber } from '../../lib/whole-number.ts'

/** What is down: all replicas of the service, or nats-server. */
export const outages = ['replicas', 'nats-server'] as const
export type Outage = (typeof outages)[number]

/** Outages of one environment, in each of which every object is changed once. */
export interface Trial {
  objects: number
  resyncSeconds: number
  outages: readonly Outage[]
}

/**
 * The trials with OBJECTS objects and a period of RESYNC seconds, or several sizes with the shipped
 * period, and the largest with one that a sync of all fits into. No call fails while only nats-server
 * is down: another period plays no part then.
 */
export function planTrials(env: NodeJS.ProcessEnv, shippedSeconds: number): Trial[] {
  const { OBJECTS, RESYNC } = env
  const resyncSeconds = shippedSeconds
  if (!OBJECTS && !RESYNC)
    return [
      { objects: 100, resyncSeconds, outages },
      { objects: 1_000, resyncSeconds, outages },
      { objects: 1_000, resyncSeconds: 20, outages: ['replicas'] },
      { objects: 10_000, resyncSeconds, outages },
      { objects: 100_000, resyncSeconds: 300, outages: ['replicas'] },
    ]
  const objects = readWholeNumber('OBJECTS', 1_000, { env })
  return [{ objects, resyncSeconds: readWholeNumber('RESYNC', shippedSeconds, { env }), outages }]
}
