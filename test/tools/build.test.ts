import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { startBroker } from '../../hack/lib/broker.ts'
import { run } from '../../hack/lib/process.ts'
import { startService } from '../../hack/lib/service.ts'
import { recorded } from '../lib/recorded.ts'
import { natsServer, scratch } from '../lib/scratch.ts'

t.test('the production build runs without node_modules', async (t) => {
  const dir = await scratch(t)
  const env = { PATH: process.env.PATH }
  const built = await run(process.execPath, ['hack/build.ts', dir], { env })
  t.equal(built.failure, undefined)
  t.same((await readdir(dir)).sort(), ['LICENCES.txt', 'cluster.js', 'main.js'])
  const terms = await readFile(join(dir, 'LICENCES.txt'), 'utf8')
  for (const name of ['fastify', '@nats-io/jetstream', 'pino', '@prometheus-io/client', 'typebox'])
    t.match(terms, new RegExp(`^${name} [0-9.]+ \\((MIT|Apache-2\\.0)\\)\n\n.*[Ll]icense`, 'ms'))

  await writeFile(join(dir, 'package.json'), '{"type":"module"}')
  const broker = await startBroker({ binary: natsServer() })
  t.teardown(() => broker.stop())
  const entry = join(dir, 'main.js')
  const service = await startService({ entry, env: { NATS_URL: broker.url } })
  t.teardown(() => service.stop())
  const answer = await fetch(`${service.url}/sync`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(recorded('sync-third-tail').body),
  })
  t.match(await answer.json(), { status: { milestones: 1, notifications: 1 } })
  t.equal((await fetch(`${service.url}/docs`)).status, 404, 'it is a production build by itself')
})
