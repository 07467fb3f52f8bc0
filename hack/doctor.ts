import { connect } from './cluster/context.ts'
import { forward } from './cluster/port-forward.ts'
import { say } from './cluster/step.ts'
import { examine, type Known } from './doctor/check.ts'
import { checks } from './doctor/checks.ts'
import type { Finding } from './doctor/finding.ts'
import { processes } from './doctor/metacontroller-host.ts'
import { linesOf, summaryOf } from './doctor/report.ts'
import { script, spin } from './lib/script.ts'

await script(async () => {
  const coloured = process.stdout.isTTY && !process.env.NO_COLOR
  const known: Partial<Known> = {}
  const all: Finding[] = []
  for (const check of checks({ env: process.env, connect, processes, forward })) {
    const findings = examine(check, known)
    for (;;) {
      const next = await spin(`looking at ${check.name}`, () => findings.next())
      if (next.done) break
      all.push(next.value)
      for (const line of linesOf(check.name, next.value, coloured)) say(line)
    }
  }
  say(summaryOf(all))
  return all.some(({ level }) => level === 'failure') ? 1 : 0
})
