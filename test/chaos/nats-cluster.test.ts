import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import t from 'tap'
import { readStream } from '../../hack/lib/read-stream.ts'
import { startBrokers } from '../lib/brokers.ts'
import { natsServer } from '../lib/scratch.ts'

t.test(
  'finds the leader of a stream on three servers, and the next one after its end',
  async (t) => {
    const brokers = await startBrokers(natsServer(), 3, 'COINFLIPS')
    t.teardown(brokers.stop)
    t.equal(brokers.ports.length, 3)
    const servers = brokers.ports.map((port) => `127.0.0.1:${port}`)
    const connection = await connect({ servers, maxReconnectAttempts: -1 })
    t.teardown(() => connection.close())
    t.notOk(connection.info?.connect_urls, 'clients learn of no address past the relays')
    const manager = await jetstreamManager(connection)
    await manager.streams.add({ name: 'COINFLIPS', subjects: ['coinflips.>'], num_replicas: 3 })
    // Other servers learn a moment after the creation where the leader is.
    const options = { msgID: 'a.3', retries: 10 }
    await jetstream(connection).publish('coinflips.a.3', JSON.stringify({ id: 'a.3' }), options)

    const first = await brokers.leader()
    t.ok(brokers.ports.includes(first.port))
    await first.kill()
    const second = await brokers.leader()
    t.not(second.port, first.port, 'a killed server is no longer the leader')
    second.freeze()
    await first.restart()
    const third = await brokers.leader()
    t.not(third.port, second.port, 'neither is one that does not answer')
    second.thaw()

    t.same(await brokers.disagreements(), [], 'all servers store the same in the end')
    await connection.request('$JS.API.STREAM.LEADER.STEPDOWN.COINFLIPS')
    const held = await readStream(brokers.url, 'COINFLIPS')
    t.same(
      held.map(({ event }) => event.id),
      ['a.3'],
      'the message that was stored before, though the leader has just stepped down',
    )
  },
)

t.test('rejects a stream that is not on every server', async (t) => {
  const brokers = await startBrokers(natsServer(), 3, 'COINFLIPS')
  t.teardown(brokers.stop)
  const connection = await connect({ servers: `127.0.0.1:${brokers.ports[0]}` })
  t.teardown(() => connection.close())
  const manager = await jetstreamManager(connection)
  await manager.streams.add({ name: 'COINFLIPS', subjects: ['coinflips.>'], num_replicas: 1 })
  await t.rejects(brokers.leader(), /not on all 3 servers/)
})
