import { diagnose } from './doctor/diagnose.ts'
import { type Finding, linesOf, summaryOf } from './doctor/finding.ts'
import { connect } from './kube/context.ts'
import { say, script, spin } from './lib/script.ts'

await script(async () => {
  const coloured = process.stdout.isTTY && !process.env.NO_COLOR
  const findings = diagnose(await connect(), process.env)
  const all: Finding[] = []
  for (;;) {
    const next = await spin('checking', () => findings.next())
    if (next.done) break
    all.push(next.value)
    for (const line of linesOf(next.value, coloured)) say(line)
  }
  say(summaryOf(all))
  return all.some(({ level }) => level === 'failure') ? 1 : 0
})
