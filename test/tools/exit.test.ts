import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { run, start } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { scratch } from '../lib/scratch.ts'

/** A program that creates a file and two processes, and then ends in some way. */
const body = (dir: string, end: string) => `
  import { writeFileSync } from 'node:fs'
  import { onExitRemove } from '${root}hack/lib/exit.ts'
  import { start } from '${root}hack/lib/process.ts'
  onExitRemove('${dir}/file')
  writeFileSync('${dir}/file', '')
  const shell = 'exec 3> "${dir}/fifo"; sleep 60 & echo up; wait'
  const { child } = start('sh', ['-c', shell])
  child.stdout.once('data', () => {
    console.log('up')
    ${end}
  })`

t.test('ends started processes and removes files however the process ends', async (t) => {
  for (const [name, end, signal, code] of [
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
    await run('mkfifo', [fifo])
    // Ends when the last process that has it open for writing is gone.
    const gone = readFile(fifo).then(() => 'gone')
    const args = ['--input-type=module', '--eval', body(dir, end)]
    const program = start(process.execPath, args, { env: { PATH: process.env.PATH } })
    if (program.child.stdout && signal)
      createInterface(program.child.stdout).once('line', () => program.signal(signal))
    else program.child.stdout?.resume()
    program.child.stderr?.resume()
    t.equal((await program.ended).code, code, `${name}: exit code`)
    t.notOk(existsSync(join(dir, 'file')), `${name}: the file`)
    const late = delay(5_000, 'still there', { ref: false })
    t.equal(await Promise.race([gone, late]), 'gone', `${name}: the processes`)
  }
})
