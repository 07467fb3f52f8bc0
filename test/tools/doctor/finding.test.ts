import t from 'tap'
import { failure, linesOf, ok, skipped, summaryOf, warning } from '../../../hack/doctor/finding.ts'

t.test('prints a finding as a line with the command that fixes it below', async (t) => {
  const line = (text: string, coloured = false) => linesOf({ part: 'a', ...ok(text) }, coloured)[0]
  t.same(linesOf({ part: 'name', ...warning('slow\n\u001b[2J', 'make it') }, false), [
    'warning  name            slow [2J',
    `${' '.repeat(25)}-> make it`,
  ])
  t.equal(line('well', true), '\u001b[32mok      \u001b[0m a               well')
  t.equal(line('x'.repeat(400))?.length, 25 + 300 + 1, 'of some length')
})

t.test('counts the findings of each level', async (t) => {
  const findings = [ok('a'), ok('b'), warning('c'), failure('d'), failure('e')]
  t.equal(summaryOf(findings), '2 ok, 1 warning, 2 failures')
  t.equal(summaryOf([skipped('a')]), '0 ok, 0 warnings, 0 failures, 1 skipped')
})
