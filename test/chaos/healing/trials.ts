import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { root } from '../../../hack/lib/root.ts'
import { UserError } from '../../../hack/lib/user-error.ts'

/** What is down: all replicas of the service, or nats-server. */
export const outages = ['replicas', 'nats-server'] as const
export type Outage = (typeof outages)[number]

/** An outage in which every object is changed once. */
export interface Trial {
  objects: number
  resyncSeconds: number
  outage: Outage
}

/** Numbers of objects, each with the periods to compare with the shipped one. */
const defaults = new Map([
  [100, []],
  [1_000, [20]],
  [10_000, []],
])

/** `resyncPeriodSeconds` of the CompositeController that is shipped. */
export async function shippedResyncSeconds(): Promise<number> {
  const file = join(root, 'manifests/controller/compositecontroller.yaml')
  return parse(await readFile(file, 'utf8')).spec.resyncPeriodSeconds
}

function numbers(name: string, text: string): number[] {
  const found = text.split(',').map(Number)
  if (found.every((one) => Number.isInteger(one) && one > 0)) return found
  throw new UserError(`${name}=${text}: it must be whole numbers with commas between`)
}

/**
 * The trials of OBJECTS, RESYNC and OUTAGE; without RESYNC those of the shipped period, and some of
 * another one. No call fails while only nats-server is down: the period plays no part then.
 */
export function planTrials(env: NodeJS.ProcessEnv, shippedSeconds: number): Trial[] {
  const objects = env.OBJECTS ? numbers('OBJECTS', env.OBJECTS) : [...defaults.keys()]
  const chosen = env.OUTAGE ? outages.filter((outage) => outage === env.OUTAGE) : outages
  if (chosen.length === 0)
    throw new UserError(`OUTAGE=${env.OUTAGE}: it must be one of ${outages.join(', ')}`)
  return objects.flatMap((count) => {
    const compared = [shippedSeconds, ...(defaults.get(count) ?? [])]
    const periods = env.RESYNC ? numbers('RESYNC', env.RESYNC) : compared
    return periods.flatMap((resyncSeconds) =>
      chosen
        .filter((outage) => outage === 'replicas' || resyncSeconds === periods[0])
        .map((outage) => ({ objects: count, resyncSeconds, outage })),
    )
  })
}
