/**
 * `zx test/load/floods.ts` attacks the service as its pod runs it, over HTTP/1.1, TLS and HTTP/2,
 * one attack after the other, each beside a well-behaved caller, and checks memory, the caller's
 * calls, the probes and the shutdown. SECONDS= is the duration of each attack, SIZE=short runs the
 * few attacks that show most, ONLY= those whose name contains a text. Only a complete run writes
 * docs/reliability.md.
 */

import { say, script, spin } from '../../hack/lib/script.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { readDeployment } from '../lib/deployment.ts'
import { type AttackName, attacks, type Kind } from '../lib/hostile/attacks.ts'
import { checksOf } from '../lib/hostile/judge.ts'
import { prepareEnvironment } from '../lib/load/environment.ts'
import { missed, publishTable } from '../lib/report.ts'
import { readWholeNumber } from '../lib/whole-number.ts'
import { runAttack } from './floods/run-attack.ts'
import { describeLimits } from './lib/contained-service.ts'

const sizes = {
  full: { seconds: 5, atMostSeconds: Number.POSITIVE_INFINITY },
  short: { seconds: 4, atMostSeconds: 10 },
}

await script(async () => {
  const { SIZE = 'full', ONLY = '' } = process.env
  const size = sizes[SIZE as keyof typeof sizes]
  if (!size) throw new UserError(`SIZE=${SIZE}: it must be one of ${Object.keys(sizes).join(', ')}`)
  const seconds = readWholeNumber('SECONDS', size.seconds)
  const plan = Object.entries(attacks)
    .filter(([name]) => name.includes(ONLY))
    .flatMap(([key, kind]) => {
      const { over, short = [], atLeastSeconds = 0, leastShare }: Kind = kind
      const name = key as AttackName
      const duration = Math.max(seconds, Math.min(atLeastSeconds, size.atMostSeconds))
      const protocols = SIZE === 'short' ? short : over
      return protocols.map((protocol) => ({ name, protocol, seconds: duration, leastShare }))
    })
  if (plan.length === 0) throw new UserError(`ONLY=${ONLY}: no attack has that in its name`)
  const environment = await spin('building', prepareEnvironment)
  const deployed = readDeployment()
  let head: string[] = []
  const rows: string[][] = []
  let failed = 0
  let unlimited: string | undefined
  for (const { leastShare, ...attack } of plan) {
    const title = `${attack.name}, over ${attack.protocol}`
    const result = await spin(title, () => runAttack(environment, attack))
    const checks = checksOf(result, deployed, leastShare)
    const faults = missed(checks)
    const isPassed = faults.length === 0
    head = ['attack', 'over', ...checks.map(({ what }) => what), 'passed']
    const cells = checks.map(({ measured }) => measured)
    rows.push([attack.name, attack.protocol, ...cells, isPassed ? 'yes' : '**no**'])
    say(`${isPassed ? 'passed' : 'FAILED'}  ${title}`)
    for (const fault of faults) say(`          ${fault}`)
    if (!isPassed && result.complaint) say(`          its log: ${result.complaint}`)
    if (!isPassed) failed += 1
    unlimited = result.unlimited
  }
  await environment.broker.stop()
  publishTable({
    name: 'floods',
    description:
      `Each attack takes ${seconds} s or longer. The service runs as deployed, with ` +
      `${describeLimits(unlimited)}.`,
    head,
    rows,
    versions: { 'nats-server': environment.natsVersion },
    isComplete: SIZE === 'full' && seconds >= size.seconds && ONLY === '',
  })
  say(`${plan.length - failed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
})
