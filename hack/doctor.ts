import { type Known, runCheck } from './doctor/check.ts'
import { checks } from './doctor/checks.ts'
import type { Finding } from './doctor/finding.ts'
import { processes } from './doctor/metacontroller-host.ts'
import { linesOf, summaryOf } from './doctor/report.ts'
import { connect } from './kube/context.ts'
import { forward } from './kube/port-forward.ts'
import { script, spin } from './lib/script.ts'
import { say } from './lib/step.ts'

await script(async () => {
  const coloured = process.stdout.isTTY && !process.env.NO_COLOR
  const known: Partial<Known> = {}
  const all: Finding[] = []
  for (const check of checks({ env: process.env, connect, processes, forward })) {
    const findings = runCheck(check, known)
    for (;;) {
      const next = await spin(`checking ${check.name}`, () => findings.next())
      if (next.done) break
      all.push(next.value)
      for (const line of linesOf(check.name, next.value, coloured)) say(line)
    }
  }
  say(summaryOf(all))
  return all.some(({ level }) => level === 'failure') ? 1 : 0
})
