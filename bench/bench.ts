/**
 * `zx bench/bench.ts` measures the hook beside raw node:http and Go and writes
 * docs/performance.md. QUICK=1 takes a minute and only prints. PROFILE=1 only prints as well, and
 * has Node write a CPU profile of the service into .run/profile.
 */

import { isSet } from '../hack/lib/input.ts'
import { fillPage } from '../hack/lib/page.ts'
import { script, spin, warn } from '../hack/lib/script.ts'
import { writeBodies } from '../test/lib/load/bodies.ts'
import { buildCaller, prepareEnvironment } from '../test/lib/load/environment.ts'
import { goRemedy } from '../test/lib/load/tools.ts'
import { machineLine } from '../test/lib/machine.ts'
import { residentMb } from '../test/lib/process-stat.ts'
import { hookGoals } from './hook/goals.ts'
import { findLoadTools } from './hook/load.ts'
import { measureHook } from './hook/measure.ts'
import { hookReport } from './hook/report.ts'
import { requireSameAnswers } from './hook/same-answer.ts'
import { startServers } from './hook/servers.ts'
import { countReached, goalTable } from './lib/goals.ts'

const effort = isSet('QUICK') ? { rounds: 1, seconds: 1 } : { rounds: 5, seconds: 2 }
const profile = ['--cpu-prof', '--cpu-prof-dir=.run/profile']

await script(async () => {
  const programs = await findLoadTools()
  const environment = await spin('building', prepareEnvironment)
  const { broker, dir, go, natsVersion, pin } = environment
  const tools = { ...programs, pin, dir, caller: await buildCaller(environment) }
  if (!go) warn(`go is not on the PATH; goals that need it count as missed: ${goRemedy}`)
  const servers = await startServers(environment, isSet('PROFILE') ? profile : [])
  const { nodeHttp, service } = servers
  const idleMb = residentMb(service.pid).now
  const bodies = await writeBodies(dir, service.url)
  const same = [nodeHttp, service, ...(servers.go ? [servers.go] : [])]
  await requireSameAnswers(same, [bodies.typical, bodies.long, bodies.large])

  const log = (text: string) => process.stdout.write(`${text}\n`)
  const results = await measureHook(environment, { servers, tools, bodies, effort, idleMb, log })
  for (const server of Object.values(servers)) await server?.stop()
  await broker.stop()

  const goals = hookGoals(results)
  log(`\n${goalTable(goals)}\n\n${countReached(goals)}`)
  if (isSet('QUICK') || isSet('PROFILE')) return 0
  const machine = machineLine({ Go: go?.version, 'nats-server': natsVersion })
  fillPage('docs/performance.md', 'bench', hookReport(results, machine, pin))
  return 0
})
