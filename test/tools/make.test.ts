import { copyFile, mkdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { run } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { borrow, program, scratch } from '../lib/scratch.ts'

// Variables that the make around these tests sets for its children are left out.
const { MAKEFLAGS, MFLAGS, MAKELEVEL, ...outer } = process.env

t.test('make alone lists each target with a line, below the heading of its group', async (t) => {
  const makefile = await readFile(join(root, 'Makefile'), 'utf8')
  const listed = [...makefile.matchAll(/^(?:##@ (\S+)$|([a-z0-9-]+):)/gm)]
    .map(([, heading, target]) => heading ?? `  make ${target}`)
    .filter((line) => line !== '  make ready')
  t.ok(listed.includes('Development') && listed.includes('  make demo'))
  const { stdout } = await run('make', [], { env: outer })
  const lines = stdout.split('\n').filter((line) => line !== '')
  t.same(
    lines.map((line) => /^( {2}make \S+) +\S/.exec(line)?.[1] ?? line),
    listed,
  )
})

t.test('each target runs its own script, where several scripts have one name', async (t) => {
  for (const [target, script] of [
    ['run', 'hack/run.ts'],
    ['floods', 'test/load/floods.ts'],
    ['e2e', 'test/e2e/e2e.ts'],
    ['test-release', 'test/release/test-release.ts'],
  ] as const) {
    const { stdout } = await run('make', ['--dry-run', target], { env: outer })
    t.match(stdout, new RegExp(` zx ${script} *$`, 'm'), target)
  }
})

/** A folder with the Makefile and an npm that only records its arguments. */
async function checkout(t: Test, ci: string) {
  const dir = await scratch(t)
  const bin = join(dir, 'bin')
  await mkdir(bin)
  await mkdir(join(dir, 'hack'))
  await borrow(bin, 'make', 'sh', 'mkdir', 'touch', 'test')
  await program(bin, 'npm', `echo "$@" >> asked; [ "$1" != ci ] || { ${ci}; }`)
  await program(bin, 'node', 'echo "$@" >> asked; echo "Node is too old" >&2; exit 1')
  await copyFile(join(root, 'Makefile'), join(dir, 'Makefile'))
  await writeFile(join(dir, 'package-lock.json'), '{}')
  await writeFile(join(dir, 'asked'), '')
  const make = async (...args: string[]) => {
    const { failure, stderr } = await run('make', args, { env: { PATH: bin }, cwd: dir })
    const asked = (await readFile(join(dir, 'asked'), 'utf8')).trimEnd().split('\n')
    await writeFile(join(dir, 'asked'), '')
    return { asked, stderr, failed: failure !== undefined }
  }
  return { dir, make }
}

const npmCi = 'ci --no-audit --no-fund --loglevel=error'
const install = 'mkdir -p node_modules/.bin && touch node_modules/.package-lock.json'
const installNode = `${install} && echo > node_modules/.bin/node && chmod +x node_modules/.bin/node`

t.test('installs the dependencies only when the lock file has changed', async (t) => {
  const { dir, make } = await checkout(t, installNode)
  await borrow(join(dir, 'bin'), 'chmod')
  t.same((await make('demo')).asked, [npmCi, 'run --silent demo'])
  t.same((await make('demo')).asked, ['run --silent demo'])
  const args = await make('test', 'ARGS=test/domain')
  t.same(args.asked, ['run --silent test -- test/domain'])
  const later = new Date(Date.now() + 2_000)
  await utimes(join(dir, 'package-lock.json'), later, later)
  t.same((await make('lint')).asked, [npmCi, 'run --silent lint'])
})

t.test('stops and shows the error when the dependencies or Node cannot be had', async (t) => {
  const failing = await checkout(t, 'echo "npm error: no network" >&2; exit 1')
  const first = await failing.make('demo')
  t.match(first, { asked: [npmCi], stderr: /npm error: no network/, failed: true })
  t.same((await failing.make('demo')).asked, [npmCi], 'it is tried again the next time')

  const old = await checkout(t, install)
  for (const asked of [[npmCi, 'hack/need-node.js'], ['hack/need-node.js']])
    t.match(await old.make('demo'), { asked, stderr: /Node is too old/, failed: true })
})

t.test('names a Node that is too old and says where to get another', async (t) => {
  const line = /^Node 24 or later is needed: this is v23\.11\.0, .*; install it from https:\S+\n$/
  for (const [version, failed, stderr] of [
    ['v23.11.0', true, line],
    ['v24.0.0', false, ''],
    ['v100.1.0', false, ''],
  ] as const) {
    const as = `Object.defineProperty(process, 'version', { value: '${version}' })`
    const script = `${as}; import('${root}hack/need-node.js')`
    const result = await run(process.execPath, ['--eval', script], { env: {} })
    t.equal(result.failure !== undefined, failed, version)
    t.match(result.stderr, stderr, `${version}: what it says`)
  }
})
