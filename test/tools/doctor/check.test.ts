import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { type Check, check, type Known, runCheck } from '../../../hack/doctor/check.ts'
import { type Finding, failure, ok, skipped, warning } from '../../../hack/doctor/finding.ts'
import { linesOf, summaryOf } from '../../../hack/doctor/report.ts'
import { UserError } from '../../../hack/lib/user-error.ts'

async function all(each: Check, known: Partial<Known> = {}, limitMs?: number): Promise<Finding[]> {
  const findings: Finding[] = []
  for await (const finding of runCheck(each, known, limitMs)) findings.push(finding)
  return findings
}

t.test('skips a check until the facts that it needs are known', async (t) => {
  const each = check('a', ['composite', 'kubectl'], async function* ({ kubectl }) {
    yield ok(kubectl.join('.'))
  })
  t.match(await all(each), [{ level: 'skipped', text: 'waits for the CompositeController' }])
  const composite = { apiVersion: '', kind: '', metadata: { name: '' } }
  t.match(await all(each, { composite }), [{ level: 'skipped', text: 'waits for kubectl' }])
  t.match(await all(each, { composite, kubectl: [1, 2, 3] }), [{ level: 'ok', text: '1.2.3' }])
})

t.test('reports a check that fails, after its earlier findings', async (t) => {
  const throwing = (error: Error) =>
    check('a', [], async function* () {
      yield ok('before')
      throw error
    })
  t.match(await all(throwing(new UserError('kubectl get: refused'))), [
    { level: 'ok' },
    { level: 'failure', text: 'kubectl get: refused' },
  ])
  t.match(
    await all(
      throwing(new UserError('pods is forbidden: User "a" cannot list resource "pods" in')),
    ),
    [{ level: 'ok' }, { level: 'skipped', text: 'this login may not list pods' }],
  )
  await t.rejects(all(throwing(new Error('a bug'))), /a bug/, 'a bug is none')
})

t.test('ends a check at its time limit', async (t) => {
  const endless = check('a', [], async function* () {
    yield ok('before')
    await delay(60_000, undefined, { ref: false })
    yield ok('after')
  })
  t.match(await all(endless, {}, 20), [
    { level: 'ok' },
    { level: 'failure', text: 'no answer after 0.02 s' },
  ])
})

t.test('prints a finding as a line with its details and help below', async (t) => {
  const finding = { ...warning('slow\n\u001b[2J', 'make it'), details: ['a:\tb'] }
  t.same(linesOf('name', finding, false), [
    'warning  name            slow [2J',
    `${' '.repeat(25)}a: b`,
    `${' '.repeat(25)}-> make it`,
  ])
  t.equal(linesOf('name', ok('well'), true)[0], '\u001b[32mok      \u001b[0m name            well')
  t.equal(linesOf('name', ok('x'.repeat(400)), false)[0]?.length, 25 + 300 + 1, 'of some length')
  t.equal(
    summaryOf([ok('a'), ok('b'), warning('c'), failure('d'), failure('e')]),
    '2 ok, 1 warning, 2 failures',
  )
  t.equal(summaryOf([skipped('a')]), '0 ok, 0 warnings, 0 failures, 1 skipped')
})
