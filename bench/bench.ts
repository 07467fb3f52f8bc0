/**
 * `zx bench/bench.ts` measures the hook beside raw node:http and Go and writes
 * docs/results/hook.md. QUICK=1 takes a minute and only prints. PROFILE=1 only prints as well, and
 * has Node write a CPU profile of the service into .run/profile.
 */

import { mkdirSync } from 'node:fs'
import { isSet } from '../hack/lib/input.ts'
import { say, script, spin } from '../hack/lib/script.ts'
import { writeBodies } from '../test/lib/load/bodies.ts'
import { buildCaller, prepareEnvironment, requireGo } from '../test/lib/load/environment.ts'
import { machineLine } from '../test/lib/machine.ts'
import { residentMb } from '../test/lib/process-stat.ts'
import { hookGoals } from './hook/goals.ts'
import { requireLoadTools } from './hook/load.ts'
import { measureHook } from './hook/measure.ts'
import { hookReport } from './hook/report.ts'
import { requireSameAnswers } from './hook/same-answer.ts'
import { startServers } from './hook/servers.ts'
import { countReached, goalTable } from './lib/goals.ts'
import { writeResultPage } from './lib/result-page.ts'

const effort = isSet('QUICK') ? { rounds: 1, seconds: 1 } : { rounds: 7, seconds: 2 }
const bodyFolder = '.run/bench'
const profile = ['--cpu-prof', '--cpu-prof-dir=.run/profile']

await script(async () => {
  await requireLoadTools()
  const environment = await spin('building', prepareEnvironment)
  const { broker, dir, natsVersion, pin } = environment
  const go = requireGo(environment, 'make bench')
  const tools = { pin, dir, caller: await buildCaller(go) }
  const servers = await startServers(environment, go, isSet('PROFILE') ? profile : [])
  const { nodeHttp, service } = servers
  const idleMb = residentMb(service.pid).now
  // They stay there for the commands of the page.
  mkdirSync(bodyFolder, { recursive: true })
  const bodies = await writeBodies(bodyFolder, service.url)
  await requireSameAnswers(
    [nodeHttp, service, servers.go],
    [bodies.typical, bodies.long, bodies.large],
  )

  const results = await measureHook(environment, servers, tools, bodies, effort)
  for (const server of Object.values(servers)) await server.stop()
  await broker.stop()

  const goals = hookGoals(results, idleMb)
  say(`\n${goalTable(goals)}\n\n${countReached(goals)}`)
  if (isSet('QUICK') || isSet('PROFILE')) return 0
  const machine = machineLine({ Go: go.version, 'nats-server': natsVersion })
  const text = hookReport(results, goals, { machine, pin, idleMb })
  const title = 'The hook beside raw node:http and Go'
  writeResultPage({ name: 'hook', title, command: 'make bench', text })
  return 0
})
