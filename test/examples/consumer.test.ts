import { DatabaseSync } from 'node:sqlite'
import { nanos } from '@nats-io/transport-node'
import t, { type Test } from 'tap'
import { end } from '../../hack/lib/process.ts'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { notification } from '../lib/notification.ts'
import { openObserver, openService, startServer } from '../lib/real-broker.ts'
import { scratch } from '../lib/scratch.ts'
import { startUntil } from './breakpoint.ts'
import { consumerEnv, databaseIn, program, startConsumer } from './start-consumer.ts'

const [stream, consumer] = ['COINFLIPS', 'rewards']

/** A stream with the messages of three milestones, and what the example needs to read it. */
async function publishThree(t: Test) {
  const server = await startServer(t)
  const { notifier, firstAttempt } = openService(t, server)
  await firstAttempt
  const publish = async () => {
    for (const flip of [3, 7, 11]) await notifier.publish(notification(flip), 5_000)
  }
  await publish()
  const { manager } = await openObserver(t, server.url)
  const place = { url: server.url, dir: await scratch(t) }
  const rewards = () =>
    new DatabaseSync(databaseIn(place.dir), { readOnly: true })
      .prepare('SELECT id FROM rewards ORDER BY flip')
      .all()
      .map(({ id }) => id)
  return { manager, publish, place, rewards }
}

const three = ['uid-1.3', 'uid-1.7', 'uid-1.11']

for (const [name, line, outcome] of [
  ['between the reward and the acknowledgement', 'message.ack()', 'repeat'],
  ['between the delivery and the reward', 'message.json()', 'granted'],
] as const)
  t.test(`a consumer killed ${name} grants each reward once`, async (t) => {
    const { manager, place, rewards } = await publishThree(t)
    const killed = await startUntil(t, program, line, consumerEnv(place))
    await end(killed, 'SIGKILL')
    t.same(rewards(), outcome === 'repeat' ? three.slice(0, 1) : [])
    // It has delivered all, and got no acknowledgement.
    await waitFor(
      () => manager.consumers.info(stream, consumer),
      ({ num_ack_pending }) => num_ack_pending === 3,
    )
    // Or the stream would wait for half a minute before it delivers again.
    await manager.consumers.update(stream, consumer, { ack_wait: nanos(200) })

    const { lines, stop } = startConsumer(t, place)
    await waitFor(
      () => manager.consumers.info(stream, consumer),
      ({ ack_floor }) => ack_floor.stream_seq === 3,
    )
    t.equal((await stop()).code, 0)
    t.same(rewards(), three)
    t.ok(lines.includes(`${outcome} uid-1.3`), `the first is a ${outcome}`)
    t.equal(lines.filter((each) => each.startsWith('granted')).length, outcome === 'repeat' ? 2 : 3)
  })

t.test('a consumer drops events that were published again after a purge', async (t) => {
  const { manager, publish, place, rewards } = await publishThree(t)
  const { lines, stop } = startConsumer(t, place)
  const printed = (count: number) =>
    waitFor(
      async () => lines.length,
      (length) => length === count,
    )
  await printed(3)
  await manager.streams.purge(stream)
  await publish()
  await printed(6)
  t.same(lines, [...three.map((id) => `granted ${id}`), ...three.map((id) => `repeat ${id}`)])
  t.same(rewards(), three)
  t.equal((await stop()).code, 0)
})
