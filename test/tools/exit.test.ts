import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { run, start } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { scratch } from '../lib/scratch.ts'

/** A process that has a file and two processes of its own, and then leaves in some way. */
const body = (dir: string, leave: string) => `
  import { writeFileSync } from 'node:fs'
  import { onExitRemove } from '${root}hack/lib/exit.ts'
  import { start } from '${root}hack/lib/process.ts'
  onExitRemove('${dir}/file')
  writeFileSync('${dir}/file', '')
  const shell = 'exec 3> "${dir}/fifo"; sleep 60 & echo up; wait'
  const { child } = start('sh', ['-c', shell], { env: process.env })
  child.stdout.once('data', () => {
    console.log('up')
    ${leave}
  })`

t.test('what was started and written is gone on every way out', async (t) => {
  for (const [name, leave, signal, code] of [
    ['its end', 'process.exit(0)', undefined, 0],
    ['an exception', 'throw new Error("bug")', undefined, 1],
    ['a rejection', 'Promise.reject(new Error("bug"))', undefined, 1],
    ['Ctrl-C', '', 'SIGINT', 130],
    ['SIGTERM', '', 'SIGTERM', 143],
    ['a closed terminal', '', 'SIGHUP', 129],
    ['a time limit of tap', '', 'SIGALRM', 142],
  ] as const) {
    const dir = await scratch(t)
    const fifo = join(dir, 'fifo')
    await run('mkfifo', [fifo], { env: process.env, limitMs: 5_000 })
    // Ends when the last process that has it open for writing is gone.
    const gone = readFile(fifo).then(() => 'gone')
    const args = ['--input-type=module', '--eval', body(dir, leave)]
    const leaving = start(process.execPath, args, { env: { PATH: process.env.PATH } })
    if (leaving.child.stdout && signal)
      createInterface(leaving.child.stdout).once('line', () => leaving.signal(signal))
    else leaving.child.stdout?.resume()
    leaving.child.stderr?.resume()
    t.equal((await leaving.ended).code, code, `${name}: exit code`)
    t.notOk(existsSync(join(dir, 'file')), `${name}: the file`)
    const late = delay(5_000, 'still there', { ref: false })
    t.equal(await Promise.race([gone, late]), 'gone', `${name}: the processes`)
  }
})
