/**
 * `zx bench/bench.ts` measures the hook beside raw node:http and Go and writes
 * docs/performance.md; `--quick` or QUICK=1 takes a minute, prints, and writes nothing.
 */

import { fillPage, writeImage } from '../hack/lib/page.ts'
import { script, scriptArguments, spin, warn } from '../hack/lib/script.ts'
import { writeBodies } from '../test/lib/load/bodies.ts'
import { prepare } from '../test/lib/load/stand.ts'
import { machineLine } from '../test/lib/machine.ts'
import { residentMb } from '../test/lib/process-stat.ts'
import { startContestants } from './hook/contestants.ts'
import { hookGoals, isReached } from './hook/goals.ts'
import { measureHook } from './hook/hook.ts'
import { ratio } from './hook/measure.ts'
import { profileHook } from './hook/profile.ts'
import { goalChart, goalTable, hookReport } from './hook/report.ts'
import { demandSameAnswers } from './hook/same-answer.ts'

const quick = scriptArguments().includes('--quick') || Boolean(process.env.QUICK)
const effort = quick ? { rounds: 1, seconds: 0.5 } : { rounds: 5, seconds: 2 }
const chart = 'docs/images/hook-goals.svg'
const flames =
  'Where the time of a 4 KB call goes: [flame graph](images/hook-flame.svg), and ' +
  '[before the work on it](images/hook-flame-before.svg).'

await script(async () => {
  const stand = await spin('building', prepare)
  const caller = await stand.go?.build('caller-go')
  if (!caller) warn('bench: no Go on the PATH: the goals that need it count as not reached')
  const contestants = await startContestants(stand)
  const { floor, service, secure, go, publishingFloor } = contestants
  const idleMb = residentMb(service.pid).now
  const bodies = await writeBodies(stand.dir, service.url)
  const same = [floor, service, ...(go ? [go] : [])]
  await demandSameAnswers(same, [bodies.typical, bodies.long, bodies.large])

  const loader = { pin: stand.pin, caller }
  const tell = (text: string) => process.stdout.write(`${text}\n`)
  const results = await measureHook(stand, contestants, loader, bodies, effort, idleMb, tell)
  const flame = quick ? '' : await profileHook(stand, loader, bodies.typical, 4)
  for (const server of [floor, service, secure, go, publishingFloor]) await server?.stop()
  await stand.broker.stop()

  const goals = hookGoals(results)
  const { typical } = results.throughput
  const share = ratio(typical[service.name], typical[floor.name], (load) => load.perSecond)
  tell(`\n${goalTable(goals)}\n`)
  tell(`of the throughput of raw node:http: ${share?.median.toFixed(3)}`)
  tell(`${goals.filter(isReached).length} of ${goals.length} goals reached`)
  if (quick) return 0
  const versions = { Go: stand.go?.version, 'nats-server': stand.natsVersion }
  const report = hookReport(results, machineLine(versions), stand.pin)
  await writeImage('docs/images/hook-flame.svg', flame)
  await writeImage(chart, goalChart('The hook against its goals', goals))
  fillPage(
    'docs/performance.md',
    'bench',
    `![goals](images/hook-goals.svg)\n\n${report}\n\n${flames}`,
  )
  return 0
})
