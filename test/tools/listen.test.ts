import t from 'tap'
import { end, start } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { notification } from '../lib/notification.ts'
import { openService, startServer } from '../lib/real-broker.ts'

t.test('make listen prints what is stored, and nothing of its own end', async (t) => {
  const server = await startServer(t)
  const { notifier, firstAttempt } = openService(t, server)
  await firstAttempt
  const env = { ...process.env, NATS_URL: server.url }
  const listening = start('node_modules/.bin/zx', ['hack/listen.ts'], { env, cwd: root })
  t.teardown(() => end(listening, 'SIGKILL'))
  let text = ''
  for (const output of [listening.child.stdout, listening.child.stderr])
    output?.setEncoding('utf8').on('data', (piece) => {
      text += piece
    })
  const printed = (part: string) =>
    waitFor(
      async () => text,
      (all) => all.includes(part),
    )
  await printed('listening on')
  await notifier.publish(notification(3), 5_000)
  await printed('three tails in a row at flip 3')
  t.match(await end(listening, 'SIGINT', 60_000), { code: 0 })
  t.match(text, /^listening on NATS_URL, stream COINFLIPS; Ctrl-C ends it\n.*\(milestone 1\)\n$/)
})
