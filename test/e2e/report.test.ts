import t from 'tap'
import { skippedIn } from './runner/summary.ts'
import { type Case, readCases } from './runner/tap-cases.ts'
import { chooseThemes } from './runner/themes.ts'

function read(text: string): { cases: Case[]; rest: string[] } {
  const cases: Case[] = []
  const reader = readCases((each) => cases.push(each))
  for (const line of text.split('\n')) reader.line(line)
  return { cases, rest: reader.rest() }
}

t.test('cases are read from TAP', async (t) => {
  const { cases, rest } = read(`TAP version 14
# Subtest: append
    # Subtest: flips arrive
        ok 1 - a third tail
        1..1
    ok 1 - flips arrive # time=476.5ms
    
    # Subtest: none is lost
        not ok 1 - all 200
        1..1
    not ok 2 - none is lost # time=1000ms
    ok 3 - a namespace goes # SKIP belongs to cluster mode
    1..3
not ok 1 - append # time=1500ms
what it said last`)
  t.match(cases, [
    { theme: 'append', name: 'flips arrive', result: 'passed', seconds: 0.4765, output: [] },
    { theme: 'append', name: 'none is lost', result: 'failed', seconds: 1 },
    { name: 'a namespace goes', result: 'skipped', reason: 'belongs to cluster mode' },
  ])
  t.equal(cases.length, 3, 'neither themes nor assertions are cases')
  t.match(cases[1]?.output.join('\n'), 'not ok 1 - all 200', 'a failure is told whole')
  t.equal(rest.at(-1), 'what it said last')
})

t.test('a theme that fails beside its cases is one that failed', async (t) => {
  const { cases } = read(`# Subtest: outage
    # Subtest: it is noticed
        1..0
    ok 1 - it is noticed # time=5ms
    1..1
    # error thrown in teardown
not ok 1 - outage # time=9ms`)
  t.match(cases, [{ result: 'passed' }, { theme: 'outage', result: 'failed' }])
  t.match(cases[1]?.output.join('\n'), 'error thrown in teardown')
})

t.test('what one mode skips and the other plays was not skipped', async (t) => {
  const each = (name: string, result: Case['result'], reason = ''): Case => {
    return { theme: 'theme', name, result, seconds: 0, reason, output: [] }
  }
  const skipped = skippedIn([
    each('everywhere', 'passed'),
    each('in the cluster', 'skipped', 'elsewhere'),
    each('nowhere', 'skipped', 'lacking'),
    each('on the host', 'passed'),
    each('everywhere', 'passed'),
    each('in the cluster', 'failed'),
    each('nowhere', 'skipped', 'lacking'),
    each('on the host', 'skipped', 'elsewhere'),
  ])
  t.same([...skipped], [['lacking', new Set(['theme: nowhere'])]], 'and each is told once')
})

t.test('themes are chosen by name, and those that change much come last', async (t) => {
  t.same(chooseThemes(['verbs', 'status', 'reinstall']), ['status', 'reinstall', 'verbs'])
  t.equal(chooseThemes([]).at(-1), 'run')
  t.throws(() => chooseThemes(['statuses']), { message: /no cases statuses/ })
})
