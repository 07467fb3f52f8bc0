/**
 * `zx test/load/soak.ts` calls the service at half of its capacity and writes into
 * docs/reliability.md whether memory and what is open grow; with fewer minutes than 10 by MINUTES=
 * it prints only.
 */

import { script } from '../../hack/lib/script.ts'
import { conclude, wholeNumber } from './measure/report.ts'
import { measureSoak } from './measure/soak.ts'
import { soakChecks } from './measure/soak-report.ts'
import { describeRun, prepareRun, startTried } from './measure/stand.ts'

const whole = 10

await script(async () => {
  const minutes = wholeNumber('MINUTES', whole)
  const prepared = await prepareRun()
  const { stand } = prepared
  const tried = await startTried(prepared, 'http')
  const results = await measureSoak(tried, minutes, (line) => process.stdout.write(`${line}\n`))
  const run = describeRun(tried)
  await tried.service.stop()
  await stand.broker.stop()
  return conclude({
    part: 'soak',
    what: `${minutes} minutes at half load. ${run}`,
    checks: soakChecks(results),
    versions: { Go: stand.go?.version, 'nats-server': stand.natsVersion },
    whole: minutes >= whole,
  })
})
