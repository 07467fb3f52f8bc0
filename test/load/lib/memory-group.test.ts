import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import t from 'tap'
import { run } from '../../../hack/lib/process.ts'
import { makeMemoryGroup } from './memory-group.ts'

const limitMb = 64
const group = makeMemoryGroup(limitMb * 2 ** 20)
const { processes, unlimited } = group
if (!processes) t.pass('no memory cgroup can be made here', { skip: String(unlimited) })
else {
  /** Runs Node inside the cgroup. */
  const inGroup = (code: string) =>
    run('sh', ['-c', 'echo $$ > "$0" && exec "$@"', processes, process.execPath, '-e', code], {
      env: { PATH: process.env.PATH },
      limitMs: 30_000,
    })

  t.test('a process in a memory cgroup reads its limit', async (t) => {
    const { stdout, failure } = await inGroup('console.log(process.constrainedMemory())')
    t.equal(failure, undefined)
    t.equal(Number(stdout), limitMb * 2 ** 20)
    t.equal(group.kills(), 0)
  })

  t.test('the kernel kills a process that exceeds the memory limit', async (t) => {
    const { failure } = await inGroup('Buffer.alloc(256 * 2 ** 20, 1)')
    t.equal(failure, 'SIGKILL')
    t.equal(group.kills(), 1)
  })

  t.test('removing a memory cgroup leaves no folder', async (t) => {
    group.remove()
    t.notOk(existsSync(dirname(processes)))
  })
}
