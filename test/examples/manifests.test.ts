import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { freePort } from '../../hack/lib/free-port.ts'
import { root } from '../../hack/lib/root.ts'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { readConsumerSpec } from '../lib/nack.ts'
import { notification } from '../lib/notification.ts'
import { openObserver, openService, startServer } from '../lib/real-broker.ts'
import { scratch } from '../lib/scratch.ts'
import { startConsumer } from './start-consumer.ts'

const read = (file: string) => parse(readFileSync(join(root, 'examples/consumer', file), 'utf8'))
const resource = read('consumer.yaml')
const scaledObject = read('scaledobject.yaml')
const { streamName: stream, durableName: consumer } = resource.spec

/** A stream with two messages, and the consumer that the example program creates. */
async function createConsumer(t: Test, config = '') {
  const server = await startServer(t, { config })
  const { notifier, firstAttempt } = openService(t, server)
  await firstAttempt
  const { manager } = await openObserver(t, server.url)
  const { stop } = startConsumer(t, { url: server.url, dir: await scratch(t) })
  const info = await waitFor(
    () => manager.consumers.info(stream, consumer).catch(() => undefined),
    (found) => found,
  )
  await stop()
  for (const flip of [3, 7]) await notifier.publish(notification(flip), 5_000)
  return { manager, config: info?.config }
}

t.test('the Consumer of NACK is the consumer that the program creates', async (t) => {
  const { manager, config } = await createConsumer(t)
  await manager.consumers.delete(stream, consumer)
  await manager.consumers.add(stream, readConsumerSpec(resource.spec))
  t.same((await manager.consumers.info(stream, consumer)).config, config)
})

t.test('KEDA finds the lag of the consumer where its trigger says', async (t) => {
  const [trigger] = scaledObject.spec.triggers
  t.equal(trigger.type, 'nats-jetstream')
  const { natsServerMonitoringEndpoint, account, lagThreshold, ...names } = trigger.metadata
  t.match(natsServerMonitoringEndpoint, /^[\w.-]+:8222$/)
  t.match(lagThreshold, /^\d+$/)
  t.same(names, { stream, consumer }, 'and nothing but fields of this trigger')

  const port = await freePort()
  const { manager } = await createConsumer(t, `http: "127.0.0.1:${port}"`)
  // As KEDA asks.
  const url = `http://127.0.0.1:${port}/jsz?acc=${account}&consumers=true&config=true`
  const { account_details } = (await (await fetch(url)).json()) as {
    account_details: { stream_detail: { name: string; consumer_detail: object[] }[] }[]
  }
  const [details] = account_details.flatMap(({ stream_detail }) => stream_detail)
  t.equal(details?.name, stream)
  t.match(details?.consumer_detail, [{ name: consumer, num_pending: 2 }])
  t.equal((await manager.consumers.info(stream, consumer)).num_pending, 2)
})
