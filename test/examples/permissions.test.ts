import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, errors } from '@nats-io/transport-node'
import t from 'tap'
import { root } from '../../hack/lib/root.ts'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { notification } from '../lib/notification.ts'
import { addStream, openObserver, startServer } from '../lib/real-broker.ts'
import { scratch } from '../lib/scratch.ts'
import { startConsumer } from './start-consumer.ts'

const guide = readFileSync(join(root, 'docs/how-to/consume.md'), 'utf8')
const [, user = ''] = /^```\n(\{[\s\S]*?^\})\n```$/m.exec(guide) ?? []
const admin = { user: 'admin', pass: 'p' }

t.test('the permissions of the guide suffice for the consumer, and not to publish', async (t) => {
  const users = `${user.replace('$REWARDS_PASSWORD', 's')}\n{ user: admin, password: p }`
  const server = await startServer(t, { config: `authorization { users: [ ${users} ] }` })
  const { client, manager } = await openObserver(t, server.url, admin)
  await addStream(manager)
  const config = { durable_name: 'rewards', ack_policy: 'explicit' } as const
  await manager.consumers.add('COINFLIPS', config)
  const { subject, event } = notification(3)
  client.publish(subject, JSON.stringify(event))

  const login = { NATS_USER: 'rewards', NATS_PASSWORD: 's' }
  const place = { url: server.url, dir: await scratch(t), login }
  const { lines, stop } = startConsumer(t, place)
  await waitFor(
    () => manager.consumers.info('COINFLIPS', 'rewards'),
    ({ ack_floor }) => ack_floor.stream_seq === 1,
  )
  await stop()
  t.same(lines, ['granted uid-1.3'])

  const own = await connect({ servers: server.url, user: 'rewards', pass: 's' })
  t.teardown(() => own.close())
  for (const forbidden of [notification(7).subject, '$JS.API.STREAM.PURGE.COINFLIPS']) {
    const error = await own.request(forbidden).catch(({ cause }) => cause)
    t.ok(error instanceof errors.PermissionViolationError, forbidden)
  }
})
