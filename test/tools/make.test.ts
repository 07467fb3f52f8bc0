import { copyFile, mkdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { run } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { borrow, program, scratch } from '../lib/scratch.ts'

// Not what the make around these tests hands down to its children.
const { MAKEFLAGS, MFLAGS, MAKELEVEL, ...outer } = process.env
const limitMs = 20_000

t.test('make alone prints each target with a line', async (t) => {
  const makefile = await readFile(join(root, 'Makefile'), 'utf8')
  const targets = [...makefile.matchAll(/^([a-z0-9-]+):/gm)].map(([, target]) => target)
  const told = targets.filter((target) => target !== 'ready')
  t.ok(told.includes('demo') && told.includes('test'))
  const { stdout } = await run('make', [], { env: outer, cwd: root, limitMs })
  const lines = stdout.trimEnd().split('\n')
  t.same(
    lines.map((line) => /^ {2}make (\S+) +\S/.exec(line)?.[1]),
    told,
  )
})

/** A folder with the Makefile and an npm that only writes down what it is asked for. */
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
    const { failure, stderr } = await run('make', args, { env: { PATH: bin }, cwd: dir, limitMs })
    const asked = (await readFile(join(dir, 'asked'), 'utf8')).trimEnd().split('\n')
    await writeFile(join(dir, 'asked'), '')
    return { asked, stderr, failed: failure !== undefined }
  }
  return { dir, make }
}

const npmCi = 'ci --no-audit --no-fund --loglevel=error'
const install = 'mkdir -p node_modules/.bin && touch node_modules/.package-lock.json'
const installNode = `${install} && echo > node_modules/.bin/node && chmod +x node_modules/.bin/node`

t.test('dependencies are installed when the lock file has changed, and only then', async (t) => {
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

t.test('what stands in the way is shown, and stops the rest', async (t) => {
  const failing = await checkout(t, 'echo "npm error: no network" >&2; exit 1')
  const first = await failing.make('demo')
  t.match(first, { asked: [npmCi], stderr: /npm error: no network/, failed: true })
  t.same((await failing.make('demo')).asked, [npmCi], 'it is tried again the next time')

  const old = await checkout(t, install)
  for (const asked of [[npmCi, 'hack/need-node.js'], ['hack/need-node.js']])
    t.match(await old.make('demo'), { asked, stderr: /Node is too old/, failed: true })
})

t.test('a Node that is too old is named, with what to do', async (t) => {
  const line = /^Node 24 or later is needed: this is v23\.11\.0, .*; install it from https:\S+\n$/
  for (const [version, failed, stderr] of [
    ['v23.11.0', true, line],
    ['v24.0.0', false, ''],
    ['v100.1.0', false, ''],
  ] as const) {
    const as = `Object.defineProperty(process, 'version', { value: '${version}' })`
    const script = `${as}; import('${root}hack/need-node.js')`
    const result = await run(process.execPath, ['--eval', script], { env: {}, limitMs })
    t.equal(result.failure !== undefined, failed, version)
    t.match(result.stderr, stderr, `${version}: what it says`)
  }
})
