import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import test, { type TestContext } from 'node:test'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import fastify from 'fastify'
import { buildServerOptions, metacontrollerHooks } from 'fastify-metacontroller'
import { openPublisher } from 'fastify-metacontroller/nats'
import { createTestCluster } from 'fastify-metacontroller/testing'
import { hooksOf, jobMessages } from './operator.ts'

/** Starts a nats-server on a free port; resolves to its URL. */
async function startNats(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'job-messages-'))
  const { NATS_SERVER_BIN: binary = 'nats-server' } = process.env
  const args = ['--jetstream', '--addr=127.0.0.1', '--port=-1', `--store_dir=${dir}`]
  const server = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  t.after(async () => {
    const exit = once(server, 'exit')
    server.kill()
    await exit
    await rm(dir, { recursive: true })
  })
  for await (const line of createInterface(server.stderr)) {
    const [, url] = /Listening for client connections on (\S+)/.exec(line) ?? []
    if (url) return url
  }
  throw new Error('nats-server has ended')
}

test('stores one message for each Job that ends, however often the hook is called', async (t) => {
  const url = await startNats(t)
  const publisher = await openPublisher({
    url,
    stream: { name: 'JOBS', subjectPrefix: 'jobs', create: true },
  })
  const client = await connect({ servers: url })
  t.after(() => Promise.all([publisher.close(), client.close()]))
  const { streams } = await jetstreamManager(client)
  const messages = async () => (await streams.info('JOBS')).state.messages

  const app = fastify(buildServerOptions())
  await app.register(metacontrollerHooks(jobMessages, hooksOf(publisher)))
  const cluster = createTestCluster()
  cluster.serve(jobMessages, app)
  const job = await cluster.apply({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'report', namespace: 'one' },
  })
  assert.equal(await messages(), 0)
  const become = (status: object) => {
    cluster.api.update(job, (stored) => ({ ...stored, status }))
    return cluster.settle()
  }
  const conditions = [{ type: 'Complete', status: 'True' }]
  await become({ conditions })
  const stored = { 'examples.example.com/message': 'stored' }
  assert.deepEqual(cluster.get('Job', 'report', 'one')?.metadata.annotations, stored)
  await become({ conditions, succeeded: 1 })
  assert.ok(cluster.calls.length > 3, 'the hook is called again')
  assert.equal(await messages(), 1)
})
