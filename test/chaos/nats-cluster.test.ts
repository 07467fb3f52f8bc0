import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import t from 'tap'
import { readStream } from '../../hack/demo/listener.ts'
import { startBrokers } from '../lib/brokers.ts'

const natsServer = process.env.NATS_SERVER_BIN
if (!natsServer)
  throw new Error('NATS_SERVER_BIN is not set; `npm test` brings a nats-server and sets it')

t.test(
  'the leader of a stream on three servers is found, and another after its death',
  async (t) => {
    const brokers = await startBrokers(natsServer, 3, 'COINFLIPS')
    t.teardown(brokers.stop)
    t.equal(brokers.ports.length, 3)
    const servers = brokers.ports.map((port) => `127.0.0.1:${port}`)
    const connection = await connect({ servers, maxReconnectAttempts: -1 })
    t.teardown(() => connection.close())
    t.notOk(connection.info?.connect_urls, 'clients learn of no way round the relays')
    const manager = await jetstreamManager(connection)
    await manager.streams.add({ name: 'COINFLIPS', subjects: ['coinflips.>'], num_replicas: 3 })
    const store = (flip: number) =>
      jetstream(connection).publish(`coinflips.a.${flip}`, JSON.stringify({ id: `a.${flip}` }))
    await store(3)

    const first = await brokers.leader()
    t.ok(brokers.ports.includes(first.port))
    await first.kill()
    const second = await brokers.leader()
    t.not(second.port, first.port, 'a dead one is not named for long')
    second.freeze()
    await first.restart()
    const third = await brokers.leader()
    t.not(third.port, second.port, 'nor one that does not answer')
    second.thaw()

    t.same(await brokers.complaints(), [], 'in the end they agree')
    const held = await readStream(brokers.url, 'COINFLIPS')
    t.same(
      held.map(({ event }) => event.id),
      ['a.3'],
      'on what was stored before',
    )
  },
)

t.test('a stream that is not on every server is no cluster to test with', async (t) => {
  const brokers = await startBrokers(natsServer, 3, 'COINFLIPS')
  t.teardown(brokers.stop)
  const connection = await connect({ servers: `127.0.0.1:${brokers.ports[0]}` })
  t.teardown(() => connection.close())
  const manager = await jetstreamManager(connection)
  await manager.streams.add({ name: 'COINFLIPS', subjects: ['coinflips.>'], num_replicas: 1 })
  await t.rejects(brokers.leader(), /not on all 3 servers/)
})
