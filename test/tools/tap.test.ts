import { join } from 'node:path'
import t from 'tap'
import { run } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { readTap } from '../../hack/lib/tap.ts'

const output = `TAP version 14
# Subtest: test/a.test.ts
    # Subtest: one
        ok 1 - two
        1..1
    ok 1 - one # time=5ms

    ok 2 - three # SKIP no nats-server
    1..2
ok 1 - test/a.test.ts # time=16ms

# Subtest: test/b.test.ts
    not ok 1 - four
      ---
      compare: ===
      ...

    1..1
not ok 2 - test/b.test.ts # time=45ms

# { total: 3, pass: 1, fail: 1, skip: 1 }
# time=1352ms
----|----
File| 100
----|----`

t.test('counts assertions and names skipped tests', async (t) => {
  const skipped = ['three (no nats-server)']
  t.same(readTap(output), { passed: 1, failed: 1, skipped })
  for (const [name, text, result] of [
    ['all well', '# { total: 7, pass: 7 }', { passed: 7, failed: 0, skipped: [] }],
    ['nothing came', '', { passed: 0, failed: 0, skipped: [] }],
    ['a skip without a reason', '  ok 2 - x # SKIP', { passed: 0, failed: 0, skipped: ['x'] }],
  ] as const)
    t.same(readTap(text), result, name)
})

t.test('prints failures in CI', async (t) => {
  const dir = t.testdir({
    'one.test.js': "console.log('not ok 1 - coin stands on its edge\\n1..1')",
  })
  const module = JSON.stringify(join(root, 'hack/lib/tap.ts'))
  const options = JSON.stringify([
    '--disable-coverage',
    '--allow-empty-coverage',
    join(dir, 'one.test.js'),
  ])
  const script = `const { runTap } = await import(${module}); await runTap(${options}, process.env, () => {})`
  const { PATH, HOME } = process.env
  const { stdout, stderr } = await run(
    process.execPath,
    ['--input-type=module', '--eval', script],
    {
      env: { PATH, HOME, CI: 'true' },
      limitMs: 60_000,
    },
  )
  t.match(stdout, 'coin stands on its edge', stderr)
})
