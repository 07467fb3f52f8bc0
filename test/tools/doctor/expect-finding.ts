import type { Test } from 'tap'
import type { Finding, Level } from '../../../hack/doctor/finding.ts'

/** What is expected of a finding: its level, its text, and the command that fixes it. */
export type Expected = readonly [level: Level, words: RegExp, help?: RegExp]

/** Asserts that a finding is as expected. */
export function expectFinding(t: Test, finding: Finding, expected: Expected, name: string): void {
  const [level, words, help] = expected
  t.equal(finding.level, level, `${name}: ${level}`)
  t.match(finding.text, words, `${name}: the text`)
  t.match(finding.help ?? 'none', help ?? 'none', `${name}: the command that fixes it`)
}

/** Asserts that these are all findings of a check. */
export async function expectFindings(
  t: Test,
  findings: AsyncIterable<Finding> | Iterable<Finding>,
  expected: readonly Expected[],
  name: string,
): Promise<void> {
  const all: Finding[] = []
  for await (const finding of findings) all.push(finding)
  t.equal(all.length, expected.length, `${name}: ${all.map(({ text }) => text).join('; ')}`)
  for (const [i, finding] of all.entries())
    expectFinding(t, finding, expected[i] ?? ['ok', /nothing more/], name)
}
