import { setTimeout as delay } from 'node:timers/promises'
import { say } from '../../hack/lib/script.ts'
import { type OperatorEnvironment, startCluster } from '../operator/environment.ts'
import { storeCoinFlips } from '../operator/objects.ts'
import { limited, type OperatorOptions, startWithMetacontroller } from '../operator/operators.ts'
import { type SystemUnderTest, systems, waitUntilSettled } from '../operator/run.ts'
import { openWatcher } from '../operator/watcher.ts'
import { startTenant, type TenantDelays } from './tenant.ts'

/** What another tenant of the API server gets while an operator starts with many objects. */
export interface TenantResult {
  name: string
  /** Objects a second; undefined where no operator runs. */
  rate: number | undefined
  delays: TenantDelays
}

interface Neighbour {
  name: string
  start?: SystemUnderTest['start']
  /** Of the API server. */
  args?: readonly string[]
}

const idleMs = 15_000
/** 30 requests at once on all priority levels together, instead of 600. */
const few = ['--max-requests-inflight=20', '--max-mutating-requests-inflight=10']

const startLimited = (perSecond: number) => (options: OperatorOptions) =>
  startWithMetacontroller({ ...options, flags: limited(perSecond) })

const neighbours: Neighbour[] = [
  { name: 'no operator' },
  { name: 'this operator, 200 requests a second', start: startLimited(200) },
  { name: 'this operator, 500 requests a second', start: startLimited(500) },
  { name: 'this operator, no limit', start: startWithMetacontroller },
  { name: systems.stampedGo.name, start: systems.stampedGo.start },
  { name: 'no operator, API server with 30 requests at once', args: few },
  {
    name: 'this operator, no limit, the same API server',
    start: startWithMetacontroller,
    args: few,
  },
]

async function runBeside(
  { name, start, args }: Neighbour,
  environment: OperatorEnvironment,
  count: number,
): Promise<TenantResult> {
  const cluster = await startCluster(environment, args)
  const { finalizer } = systems.stamped
  await storeCoinFlips(cluster.coinFlips, { count, finalizer })
  const watcher = await openWatcher(cluster)
  const tenant = startTenant(await cluster.createServiceAccount('tenant'))
  const begun = performance.now()
  const operator = await start?.({ ...environment, cluster })
  await (operator ? waitUntilSettled(watcher, count) : delay(idleMs))
  const rate = operator && (count * 1000) / (performance.now() - begun)
  const delays = await tenant.stop()
  await watcher.stop()
  await operator?.stop()
  await cluster.stop()
  return { name, rate, delays }
}

/** Measures the tenant beside no operator, beside limits of Metacontroller, and without one. */
export async function measureTenants(
  environment: OperatorEnvironment,
  count: number,
): Promise<TenantResult[]> {
  const results: TenantResult[] = []
  for (const neighbour of neighbours) {
    say(`another tenant beside ${neighbour.name}`)
    results.push(await runBeside(neighbour, environment, count))
  }
  return results
}
