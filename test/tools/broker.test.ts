import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import t, { type Test } from 'tap'
import { type BrokerOptions, startBroker } from '../../hack/lib/broker.ts'
import { natsServer, scratch } from '../lib/scratch.ts'

async function broker(t: Test, options: Partial<BrokerOptions> = {}) {
  const started = await startBroker({ binary: natsServer(), ...options })
  t.teardown(() => started.stop())
  return started
}

async function client(t: Test, url: string) {
  const connection = await connect({ servers: url, reconnect: false })
  t.teardown(() => connection.close())
  return connection
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

t.test('a killed broker restarts on its port with its store', async (t) => {
  const started = await broker(t)
  const before = await client(t, started.url)
  const manager = await jetstreamManager(before)
  await manager.streams.add({ name: 'S', subjects: ['s'] })
  await jetstream(before).publish('s', 'kept')
  const { pid } = started

  await started.kill()
  t.notOk(isAlive(pid), 'the process is gone')
  await t.rejects(client(t, started.url), 'nobody answers on the port')

  await started.restart()
  t.not(started.pid, pid)
  const after = await jetstreamManager(await client(t, started.url))
  t.equal((await after.streams.getMessage('S', { seq: 1 }))?.string(), 'kept')
})

t.test('a frozen broker does not answer until it is thawed', async (t) => {
  const started = await broker(t)
  const connection = await client(t, started.url)
  for (let times = 0; times < 20; times++) {
    started.freeze()
    let answered = false
    const answer = connection.flush().then(() => {
      answered = true
    })
    await delay(5)
    if (answered) t.fail('it answered after it was frozen')
    started.thaw()
    await answer
  }
})

t.test('a stopped broker leaves no process and no temporary folder', async (t) => {
  for (const freeze of [false, true]) {
    const started = await broker(t)
    const { pid, dir } = started
    t.ok(existsSync(dir))
    if (freeze) started.freeze()
    await started.stop()
    t.notOk(isAlive(pid))
    t.notOk(existsSync(dir))
  }
  const dir = await scratch(t)
  const started = await broker(t, { dir })
  await started.stop()
  t.ok(existsSync(join(dir, 'store')), 'a folder that was given stays')
})

t.test('applies additional configuration and reports a fault in it', async (t) => {
  // Other files of tests start servers meanwhile, in the folder that all share.
  const { TMPDIR } = process.env
  const own = await scratch(t)
  process.env.TMPDIR = own
  t.teardown(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  })
  const guarded = await broker(t, { config: 'authorization { token: secret }' })
  await t.rejects(connect({ servers: guarded.url }), { name: 'AuthorizationError' })
  const before = await readdir(own)
  await t.rejects(
    broker(t, { config: 'nonsense {' }),
    /^nats-server ended \(exit code 1\): .*Parse/,
  )
  await t.rejects(broker(t, { port: guarded.port }), /address already in use/)
  await t.rejects(broker(t, { binary: '/nowhere' }), /^nats-server ended \(not found\)/)
  await t.rejects(broker(t, { binary: '/bin/cat' }), /^nats-server ended/)
  t.same(await readdir(own), before, 'no folder stays behind')
})
