import { connect } from '@nats-io/transport-node'
import t from 'tap'
import {
  formatNotification,
  isStreamMissing,
  printNotifications,
} from '../../../hack/coinflips/notifications.ts'
import { waitFor } from '../../../hack/lib/wait-for.ts'
import { notification } from '../../lib/notification.ts'
import { addStream, openObserver, startServer, streamSettings } from '../../lib/real-broker.ts'

t.test('prints and acknowledges notifications of a real broker', async (t) => {
  const server = await startServer(t)
  const { client, manager, js } = await openObserver(t, server.url)
  const publish = (flip: number, ordinal: number) => {
    const { subject, event } = notification(flip, ordinal)
    return js.publish(subject, JSON.stringify(event))
  }

  /** Listens until `count` lines are printed. */
  async function listen(count: number): Promise<string[]> {
    const connection = await connect({ servers: server.url, reconnect: false })
    const lines: string[] = []
    const print = (line: string) => void lines.push(line)
    const following = printNotifications(connection, streamSettings, { found() {}, print })
    await waitFor(
      async () => lines.length,
      (found) => found >= count,
    )
    await connection.drain()
    await following
    return lines
  }

  const missing = await printNotifications(client, streamSettings, {
    found() {},
    print() {},
  }).catch((error) => error)
  t.ok(isStreamMissing(missing), 'recognises a missing stream')

  await addStream(manager)
  await publish(3, 1)
  await publish(7, 2)
  t.match(await listen(2), [
    /casino\/table-1 {2}three tails in a row at flip 3 \(milestone 1\)$/,
    /flip 7 \(milestone 2\)$/,
  ])
  await publish(11, 3)
  t.match(await listen(1), [/flip 11 \(milestone 3\)$/], 'does not print a notification again')

  const connection = await connect({ servers: server.url, reconnect: false })
  const ready = Promise.withResolvers<void>()
  const following = printNotifications(connection, streamSettings, {
    found: ready.resolve,
    print() {},
  })
  const ended = t.rejects(following, 'a deleted stream ends it')
  await ready.promise
  await manager.streams.delete(streamSettings.name)
  await ended
  await connection.close()
})

t.test('prints the subject of a message that is no notification', async (t) => {
  const message = { seq: 4, subject: 'a.b', data: new Uint8Array(), json: () => JSON.parse('{}') }
  t.equal(formatNotification(message), 'message 4 on a.b is no CloudEvent of a CoinFlip')
})
