// Grants a reward for each event of the stream, once. Run with: node consumer.mjs
import { DatabaseSync } from 'node:sqlite'
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, usernamePasswordAuthenticator } from '@nats-io/transport-node'

const { NATS_URL = 'nats://127.0.0.1:4222', NATS_USER = '', NATS_PASSWORD } = process.env
const { DATABASE = 'rewards.db' } = process.env
const stream = 'COINFLIPS'
const name = 'rewards'

// A row is the reward and remembers the event's id, so that a crash keeps both or neither.
const database = new DatabaseSync(DATABASE)
database.exec('CREATE TABLE IF NOT EXISTS rewards (id TEXT PRIMARY KEY, coinflip TEXT, flip INT)')
const grant = database.prepare('INSERT INTO rewards VALUES (?, ?, ?) ON CONFLICT DO NOTHING')

const authenticator = usernamePasswordAuthenticator(NATS_USER, NATS_PASSWORD)
const servers = NATS_URL.split(',')
const client = await connect({ servers, authenticator, maxReconnectAttempts: -1 })
const { consumers } = await jetstreamManager(client, { checkAPI: false })
const config = { durable_name: name, ack_policy: AckPolicy.Explicit }
await consumers.info(stream, name).catch(() => consumers.add(stream, config))

const consumer = await jetstream(client).consumers.get(stream, name)
const messages = await consumer.consume()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => messages.stop())

for await (const message of messages) {
  const { id, data } = message.json()
  const { changes } = grant.run(id, `${data.namespace}/${data.name}`, data.flip)
  console.log(changes > 0 ? 'granted' : 'repeat', id)
  // Last: the stream delivers an event again until it is acknowledged.
  message.ack()
}
await client.drain()
