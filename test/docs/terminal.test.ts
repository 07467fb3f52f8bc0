import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { scratch } from '../lib/scratch.ts'
import { Terminals } from './terminal.ts'

const env = { PATH: process.env.PATH }

t.test('runs a command in the folder in which the last one ended', async (t) => {
  const dir = realpathSync(await scratch(t))
  const terminals = new Terminals(dir, env)
  const { code } = await terminals.run('mkdir a\ncd a', 5_000)
  t.equal(code, 0)
  t.equal(terminals.folder, join(dir, 'a'))
  t.match(await terminals.run('pwd; echo oops >&2', 5_000), { text: `${dir}/a\noops\n`, code: 0 })
})

t.test('ends a block at the first command that fails', async (t) => {
  const terminals = new Terminals(await scratch(t), env)
  t.match(await terminals.run('false\necho after', 5_000), { text: '', code: 1 })
})

t.test('keeps a command running until Ctrl-C or close', async (t) => {
  const terminals = new Terminals(await scratch(t), env)
  // The signal may have ended what runs in the background too.
  const staying = "trap 'kill $! 2>&- || :; echo bye; exit' INT; echo hello; sleep 60 & wait"
  const first = terminals.stay(staying)
  const second = terminals.stay('sleep 61')
  while (!first.text.includes('hello')) await new Promise(setImmediate)
  t.equal(second.code, undefined)
  const screen = await terminals.interrupt(staying)
  t.equal(screen?.text, 'hello\nbye\n')
  t.equal(await terminals.interrupt('make nothing'), undefined)
  await terminals.close()
  t.not(second.code, undefined)
})
