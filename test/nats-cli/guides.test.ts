import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { run } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { readConsumerSpec } from '../lib/nack.ts'
import { startNatsCluster } from '../lib/nats-cluster.ts'
import { notification } from '../lib/notification.ts'
import { openObserver, openService, startServer, streamSettings } from '../lib/real-broker.ts'
import { natsServer } from '../lib/scratch.ts'

const nats = process.env.NATS_CLI_BIN ?? ''
if (!nats) throw new Error('NATS_CLI_BIN is not set; `make test-nats-cli` sets it')

/** The command of a guide that begins with the words, on one line. */
function commandOf(page: string, words: string): string {
  const text = readFileSync(join(root, 'docs/how-to', page), 'utf8').replaceAll('\\\n', ' ')
  const lines = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) =>
    block.split('\n'),
  )
  return lines.find((line) => line.startsWith(words)) ?? `false # ${page} has no ${words}`
}

/** Runs a command with `nats` and NATS_URL, or fails the test with what it printed. */
async function runCommand(command: string, url: string): Promise<string> {
  const env = {
    PATH: `${dirname(nats)}:${process.env.PATH}`,
    HOME: process.env.HOME,
    NATS_URL: url,
  }
  const { stdout, stderr, failure } = await run('bash', ['-ec', command], { env, limitMs: 60_000 })
  if (failure) throw new Error(`${command}: ${failure}\n${stdout}${stderr}`)
  return stdout
}

/** The configuration of the stream as the service creates it, and as the command does. */
async function compare(t: Test, url: string, command: string, replicas: number) {
  const { firstAttempt, close } = openService(t, { url }, { replicas })
  await firstAttempt
  await close(1_000)
  const { manager } = await openObserver(t, url)
  const created = (await manager.streams.info(streamSettings.name)).config
  await manager.streams.delete(streamSettings.name)
  await runCommand(command, url)
  t.same((await manager.streams.info(streamSettings.name)).config, created)
}

t.test('the command of nats.md adds the stream that the service creates', async (t) => {
  const cluster = await startNatsCluster(natsServer(), 3, streamSettings.name)
  t.teardown(() => cluster.stop())
  await compare(t, cluster.url, commandOf('nats.md', 'nats stream add'), 3)
})

t.test('the command of the runbook adds the stream that the service creates', async (t) => {
  const server = await startServer(t)
  const given = 'nats --server 127.0.0.1:4222'
  const command = commandOf('runbook.md', `${given} stream add`).replace(given, 'nats')
  await compare(t, server.url, command, 1)
})

t.test('the commands of consume.md create the consumer and show an event', async (t) => {
  const server = await startServer(t)
  const { notifier, firstAttempt } = openService(t, server)
  await firstAttempt
  const first = notification(3)
  for (const each of [first, notification(7)]) await notifier.publish(each, 5_000)
  const { manager } = await openObserver(t, server.url)
  const { spec } = parse(readFileSync(join(root, 'examples/consumer/consumer.yaml'), 'utf8'))
  const { config } = await manager.consumers.add('COINFLIPS', readConsumerSpec(spec))
  await manager.consumers.delete('COINFLIPS', spec.durableName)

  await runCommand(commandOf('consume.md', 'nats consumer add'), server.url)
  // The command sends Go's zero time, which means no pause.
  const added = await manager.consumers.info('COINFLIPS', spec.durableName)
  t.same({ ...added.config, pause_until: undefined }, { ...config, pause_until: undefined })
  const shown = await runCommand(commandOf('consume.md', 'nats consumer next'), server.url)
  t.match(shown, JSON.stringify(first.event))
  const info = await runCommand(commandOf('consume.md', 'nats consumer info'), server.url)
  t.match(info, /Outstanding Acks: 1 /, 'the event is not acknowledged')
  t.match(info, /Unprocessed Messages: 1$/m)
})
