/**
 * `zx test/load/rolling-restart.ts` replaces the replicas under steady calls, over plain HTTP/1.1 and
 * over HTTP/2 with TLS, and writes what came of it into docs/reliability.md; with fewer calls than
 * 20,000 each by CALLS= it prints only.
 */

import { script } from '../../hack/lib/script.ts'
import { conclude, wholeNumber } from './measure/report.ts'
import { measureRolling, type Rolled } from './measure/rolling.ts'
import { rollingChecks } from './measure/rolling-report.ts'
import { prepareRun } from './measure/stand.ts'

const whole = 20_000

await script(async () => {
  const leastCalls = wholeNumber('CALLS', whole)
  const prepared = await prepareRun()
  const { stand } = prepared
  const tell = (line: string) => void process.stdout.write(`${line}\n`)
  const results: Rolled[] = []
  for (const protocol of ['http', 'https'] as const)
    results.push(await measureRolling({ prepared, protocol, leastCalls, tell }))
  await stand.broker.stop()
  return conclude({
    part: 'rolling',
    what:
      'Two replicas, each replaced as its Deployment does, called by 50 workers with pauses ' +
      "through Go's transport, which keeps 2 idle connections and repeats no POST.",
    checks: results.flatMap((rolled) => rollingChecks(rolled, leastCalls)),
    versions: { Go: stand.go?.version, 'nats-server': stand.natsVersion },
    whole: leastCalls >= whole,
  })
})
