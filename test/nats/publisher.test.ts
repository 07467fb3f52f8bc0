import t, { type Test } from 'tap'
import { openPublisher, type PublisherSettings } from '../../server/nats/index.ts'
import { openObserver, startServer } from '../lib/real-broker.ts'

const orders = { name: 'ORDERS', subjectPrefix: 'orders', create: true }

async function open(t: Test, settings: PublisherSettings) {
  const publisher = await openPublisher(settings)
  t.teardown(() => publisher.close())
  return publisher
}

t.test('a message is stored once, by whichever publisher', async (t) => {
  const { url } = await startServer(t)
  const publishers = [
    await open(t, { url, stream: orders }),
    await open(t, { url, stream: { ...orders, create: false } }),
  ]
  const publishes = publishers.flatMap((each) => [
    each.publishOnce('orders.a.paid', '{"by":"card"}'),
    each.publishOnce('orders.a.paid', '{"by":"card"}'),
    each.publishOnce('orders.b', 'paid', { contentType: 'text/plain', timeoutMs: 10_000 }),
  ])
  const kinds = (await Promise.all(publishes)).map(({ kind }) => kind).sort()
  t.same(kinds, [...Array(4).fill('duplicate'), 'stored', 'stored'])

  const { manager } = await openObserver(t, url)
  const read = async (subject: string) => {
    const found = await manager.streams.getMessage('ORDERS', { last_by_subj: subject })
    return [found?.string(), found?.header.get('Content-Type')]
  }
  t.same(await read('orders.a.paid'), ['{"by":"card"}', 'application/json'])
  t.same(await read('orders.b'), ['paid', 'text/plain'])
  t.equal((await manager.streams.info('ORDERS')).state.messages, 2)
})

t.test('what weakens the promise is reported by the check of the stream', async (t) => {
  const { url } = await startServer(t)
  const { manager } = await openObserver(t, url)
  const config = { name: 'ORDERS', subjects: ['orders.*'], max_age: 1e12, max_msg_size: 100 }
  await manager.streams.add(config)
  const heard: unknown[] = []
  const observer = { stream: (state: unknown) => void heard.push(state) }
  const stream = { ...orders, largestMessageBytes: 500 }
  const publisher = await open(t, { url, stream, observer })
  const texts = [/subjects do not include orders\.>/, /max_msg_size 100 .* 500 bytes/, /max_age/]
  const expected = { kind: 'present', issues: texts.map((text) => ({ text })) }
  t.match(await publisher.checkStream(), expected)
  t.match(heard, [expected])
})

t.test('every failure is an outcome', async (t) => {
  const { url, stop } = await startServer(t)
  const publisher = await open(t, { url, stream: { ...orders, create: false } })
  t.same(await publisher.checkStream(), { kind: 'StreamMissing' })
  t.same(await publisher.publishOnce('orders.a', '{}'), { kind: 'StreamMissing' })
  for (const subject of ['orders', 'others.a', 'orders.', 'orders..a', 'orders.*', 'orders.a b'])
    t.match(
      await publisher.publishOnce(subject, '{}'),
      { kind: 'Misconfigured', issue: /the subject does not begin with orders\./ },
      subject,
    )
  const file = await open(t, { url, credsFile: '/nowhere', stream: orders })
  const outcome = await file.publishOnce('orders.a', '{}')
  t.same(outcome, { kind: 'InvalidFile', setting: 'NATS_CREDS' })

  await stop()
  t.match((await publisher.publishOnce('orders.a', '{}')).kind, 'BrokerUnavailable')
})

t.test('a publisher opens without a server, and rejects an invalid URL', async (t) => {
  const publisher = await open(t, { url: '127.0.0.1:1', stream: orders })
  t.same(await publisher.publishOnce('orders.a', '{}'), { kind: 'Connecting' })
  await t.rejects(openPublisher({ url: 'http://a', stream: orders }), {
    message: /^url: address 1 must begin with nats:\/\//,
  })
})
