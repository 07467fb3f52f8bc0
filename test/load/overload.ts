/**
 * `zx test/load/overload.ts` calls the service at three times its capacity, over plain HTTP/1.1 and over
 * HTTP/2 with TLS, and writes what came of it into docs/reliability.md; with less than a minute
 * each by SECONDS= it prints only. MAX_DELAY_MS=, the other limits and NODE_OPTIONS= try other
 * settings than the deployed ones.
 */

import { script } from '../../hack/lib/script.ts'
import type { Check } from './measure/checks.ts'
import { measureOverload } from './measure/overload.ts'
import { overloadChecks } from './measure/overload-report.ts'
import { conclude, wholeNumber } from './measure/report.ts'
import { describeRun, prepareRun, protocolNames, startTried } from './measure/stand.ts'

const whole = 60
const load =
  's of calls over up to 1024 connections, or one of HTTP/2: 70 % change nothing, 20 % publish and ' +
  '10 % have 1.5 MB; then 10 s of hostile bodies.'

await script(async () => {
  const seconds = wholeNumber('SECONDS', whole)
  const length = { capacity: Math.min(10, seconds), load: seconds, calm: 5, hostile: 10 }
  const prepared = await prepareRun()
  const { stand, deployed } = prepared
  const checks: Check[] = []
  let run = ''
  for (const protocol of ['http', 'https'] as const) {
    const name = protocolNames[protocol]
    const tell = (line: string) => void process.stdout.write(`${name}: ${line}\n`)
    const tried = await startTried(prepared, protocol)
    const results = await measureOverload(tried, length, tell)
    run = describeRun(tried)
    await tried.service.stop()
    const own = overloadChecks(results, deployed, protocol)
    checks.push(...own.map((check) => ({ ...check, what: `${name}: ${check.what}` })))
  }
  await stand.broker.stop()
  return conclude({
    part: 'overload',
    what: `${seconds} ${load} ${run}`,
    checks,
    versions: { Go: stand.go?.version, 'nats-server': stand.natsVersion },
    whole: seconds >= whole,
  })
})
