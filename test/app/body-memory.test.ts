import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import type { Notifier, Outcome } from '../../server/hook/notifier.ts'
import { coinflip, context } from '../lib/coinflip.ts'
import { realApp } from '../lib/real-app.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

for (const path of ['/sync', '/finalize'])
  t.test(`frees the body of ${path} while its notification is published`, async (t) => {
    const publishing = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<Outcome>()
    const notifier: Notifier = {
      publish() {
        publishing.resolve()
        return answer.promise
      },
    }
    const { app } = await realApp(t, context(notifier).context)
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo

    const bodies: WeakRef<object>[] = []
    const { parse } = JSON
    t.teardown(() => {
      JSON.parse = parse
    })
    JSON.parse = (text, reviver) => {
      const value = parse(text, reviver)
      if (value?.children) bodies.push(new WeakRef(value.children), new WeakRef(value.parent))
      return value
    }

    const call = fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ parent: coinflip('TTT'), children: {}, finalizing: true }),
    })
    await publishing.promise
    t.equal(bodies.length, 2, 'the body was parsed')
    while (bodies.some((body) => body.deref() !== undefined)) {
      await new Promise(setImmediate)
      collectGarbage()
    }
    answer.resolve({ kind: 'stored', sequence: 1 })
    t.equal((await call).status, 200)
  })
