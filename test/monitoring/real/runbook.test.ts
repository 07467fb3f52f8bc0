import t, { type Test } from 'tap'
import { waitFor } from '../../../hack/lib/wait-for.ts'
import { conditionOf } from '../../lib/cluster/coinflips.ts'
import { deleteStream } from '../../lib/cluster/stream.ts'
import { metricOf } from '../../lib/metrics.ts'
import { sections } from '../runbook.ts'
import { openReader } from './reader.ts'
import { openWorld } from './world.ts'

t.setTimeout(300_000)

const world = await openWorld(t)
const { env, service, coinflips, metacontroller } = world
const { nats, type } = await openReader(world)

const all = new Set<string>()
async function tryBlocks(t: Test, title: string, name = 'lucky', among?: number) {
  const section = sections.find((each) => each.title === title)
  t.ok(section?.blocks.length, `${title} has commands`)
  for (const [i, block] of section?.blocks.entries() ?? []) {
    if (among !== undefined && among !== i) continue
    all.add(block)
    const { stdout, stderr, failure } = await type(block, name)
    t.equal(failure, undefined, `${title}: ${block}\n${stdout}${stderr}`)
  }
}

const restored = { 'games.example.com/paused': 'true' }
const has =
  (count: number) =>
  ({ status }: { status?: { notifications: number } }) =>
    status?.notifications === count

await coinflips.create('lucky', 'TTTHTTT')
if (metacontroller) await coinflips.settled('lucky')

t.test('the stand-in of kubectl refuses unknown verbs and flags', async (t) => {
  for (const line of ['kubectl logs --no-such-flag x', 'kubectl no-such-verb', 'kubectl top nods'])
    t.ok((await type(line, 'lucky')).failure, line)
  t.equal(
    (await type('kubectl logs coinflip-operator-0 -n coinflip-system', 'lucky')).failure,
    undefined,
  )
})

if (metacontroller) {
  t.test('publishes all messages again after the stream was lost', async (t) => {
    const lost = 'The stream is lost or restored'
    for (const block of [0, 1]) {
      await env.withNats(deleteStream)
      t.equal((await env.messages()).length, 0, 'it is lost')
      if (block === 1) await coinflips.create('another', 'TTT')
      await tryBlocks(t, lost, 'lucky', block)
      await coinflips.seen('lucky', has(2), 'all are published again')
      t.equal((await env.messages()).length, 2 + block, 'each is stored once')
    }
  })

  t.test('publishes no milestone of an object restored under a new uid', async (t) => {
    await coinflips.create('restored', 'TTTHTTT', restored)
    await coinflips.notified('restored', 'Paused')
    await tryBlocks(t, 'Kubernetes is restored from a backup', 'restored', 1)
    const { metadata } = await coinflips.settled('restored')
    t.same(await env.messages(metadata.uid), [], 'nothing was published')
    t.equal((await coinflips.append('restored', 'HTTT')).metadata.uid, metadata.uid)
    await coinflips.seen('restored', has(3), 'continues')
    t.equal((await env.messages(metadata.uid)).length, 1, 'with the next milestone')
  })

  t.test('ends a pause', async (t) => {
    await coinflips.create('paused', 'TTT', restored)
    await coinflips.notified('paused', 'Paused')
    await tryBlocks(t, 'Paused', 'paused')
    const object = await coinflips.settled('paused')
    t.equal(conditionOf(object, 'Notified')?.reason, 'Published')
  })

  t.test('allows a pending deletion', async (t) => {
    await coinflips.create('waiting', 'H')
    await coinflips.settled('waiting')
    await env.nats.stop()
    await coinflips.append('waiting', 'TTT')
    await coinflips.remove('waiting')
    await coinflips.seen('waiting', ({ metadata }) => metadata.deletionTimestamp, 'waits')
    await tryBlocks(t, 'A pending deletion', 'waiting')
    await coinflips.gone('waiting', 60_000)
    await env.nats.start()
    // On connecting, it checks its stream and may create it.
    await waitFor(
      async () => (await fetch(`${service.adminUrl}/metrics`)).text(),
      (text) => metricOf(text, 'coinflip_nats_connected') === 1,
      { what: 'the service is connected' },
    )
  })
}

if (nats)
  t.test('creates a stream', async (t) => {
    await env.withNats(deleteStream)
    await tryBlocks(t, 'StreamMissing')
  })

t.test('restores the log level', async (t) => {
  await tryBlocks(t, 'More in the log')
  t.equal(await (await fetch(`${service.adminUrl}/loglevel`)).text(), 'info\n')
})

t.test('runs every other command', async (t) => {
  // Commands that need a Metacontroller, its manifests or a status that its calls produce.
  const served = /^make |metacontroller|compositecontroller|milestones/m
  for (const { title, blocks } of sections)
    for (const [i, block] of blocks.entries())
      if (!all.has(block) && (metacontroller || !served.test(block)))
        await tryBlocks(t, title, 'lucky', i)
})
