import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { start } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { natsServer, scratch } from '../lib/scratch.ts'

async function connect(port: number): Promise<void> {
  const socket = createConnection(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.destroy()
}

t.test('the demo removes its files and servers on Ctrl-C', async (t) => {
  const TMPDIR = await scratch(t)
  const env = { ...process.env, TMPDIR, NATS_SERVER_BIN: natsServer() }
  const args = [join(root, 'node_modules/.bin/zx'), 'hack/demo.ts']
  const demo = start(process.execPath, args, { env })
  demo.child.stderr?.pipe(process.stderr)
  let text = ''
  demo.child.stdout?.setEncoding('utf8').on('data', (more) => {
    text += more
    if (text.includes('The third tail')) demo.signal('SIGINT')
  })

  t.equal((await demo.ended).code, 130)
  t.same(await readdir(TMPDIR), [])
  const addresses = [...text.matchAll(/(?:http|nats):\/\/127\.0\.0\.1:(\d+)/g)]
  t.equal(addresses.length, 2)
  for (const [address, port] of addresses)
    await t.rejects(connect(Number(port)), { code: 'ECONNREFUSED' }, address)
})
