/**
 * `zx test/load/floods.ts` attacks the service as its pod runs it, over HTTP/1.1, TLS and HTTP/2, one
 * attack after the other, each beside a well-behaved caller, and judges memory, the caller's calls, probes and the end.
 * SECONDS= is how long each takes, SIZE=short has the few that show most, ONLY= those whose name
 * holds a text. Only a whole run writes docs/reliability.md.
 */

import { fillPage, table } from '../../hack/lib/page.ts'
import { script, spin } from '../../hack/lib/script.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { readDeployment } from '../lib/deployment.ts'
import { type AttackName, attacks, type Kind } from '../lib/hostile/attacks.ts'
import { faultsOf, head, rowOf } from '../lib/hostile/judge.ts'
import { prepare } from '../lib/load/stand.ts'
import { machineLine } from '../lib/machine.ts'
import { align } from '../lib/table.ts'
import { wholeNumber } from './measure/report.ts'
import { boundsOf, tryAttack } from './measure/trial.ts'

const say = (line = '') => void process.stdout.write(`${line}\n`)
const whole = 10
const shortSeconds = 4
const shortAtMost = 10

await script(async () => {
  const { SIZE = 'full', ONLY = '' } = process.env
  if (!['full', 'short'].includes(SIZE))
    throw new UserError(`SIZE=${SIZE}: it must be one of full, short`)
  const seconds = wholeNumber('SECONDS', SIZE === 'short' ? shortSeconds : whole)
  const plan = Object.entries(attacks).flatMap(([name, kind]) => {
    const { over, short = [], atLeastSeconds = 0, leastShare }: Kind = kind
    const chosen = SIZE === 'short' ? short : over
    const longest = SIZE === 'short' ? shortAtMost : Number.POSITIVE_INFINITY
    const forSeconds = Math.max(seconds, Math.min(atLeastSeconds, longest))
    return name.includes(ONLY)
      ? chosen.map((protocol) => ({
          name: name as AttackName,
          protocol,
          seconds: forSeconds,
          leastShare,
        }))
      : []
  })
  if (plan.length === 0) throw new UserError(`ONLY=${ONLY}: no attack has that in its name`)
  const stand = await spin('building', prepare)
  const deployed = readDeployment()
  const usual = boundsOf(deployed)
  const rows: string[][] = []
  let failed = 0
  let unlimited: string | undefined
  for (const { leastShare = usual.share, ...attack } of plan) {
    const bounds = { ...usual, share: leastShare }
    const title = `${attack.name}, over ${attack.protocol}`
    const observed = await spin(title, () => tryAttack({ stand, deployed, ...attack }))
    const faults = faultsOf(observed, bounds)
    rows.push(rowOf(attack.name, attack.protocol, observed, bounds))
    say(`${faults.length === 0 ? 'passed' : 'FAILED'}  ${title}`)
    for (const fault of faults) say(`          ${fault}`)
    if (faults.length > 0 && observed.complaint) say(`          its log: ${observed.complaint}`)
    if (faults.length > 0) failed += 1
    unlimited = observed.unlimited
  }
  await stand.broker.stop()
  say()
  for (const line of align([head, ...rows])) say(line)
  const limitMb = deployed.memoryBytes / 2 ** 20
  const memory = unlimited
    ? `no memory limit (${unlimited}), though ${limitMb} MB count as one,`
    : `a memory cgroup of ${limitMb} MB`
  const what =
    `Each attack takes ${seconds} s or longer. The service runs as deployed, with ${memory} ` +
    `and NODE_OPTIONS ${deployed.env.NODE_OPTIONS}.`
  if (SIZE === 'full' && seconds >= whole && ONLY === '')
    fillPage(
      'docs/reliability.md',
      'floods',
      [what, table(head, rows), machineLine({ 'nats-server': stand.natsVersion })].join('\n\n'),
    )
  say(`${plan.length - failed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
})
