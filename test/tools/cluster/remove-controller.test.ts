import t from 'tap'
import { removeController } from '../../../hack/metacontroller/remove-controller.ts'
import { FakeCluster, type FakeObject, finalizer } from './fake-cluster.ts'

// The progress of the steps.
t.capture(process.stderr, 'write', () => true)

const inOrder = [
  'patch compositecontrollers coinflip',
  'delete compositecontrollers coinflip',
  'delete mutatingadmissionpolicies coinflip-add-finalizer',
  'delete mutatingadmissionpolicybindings coinflip-add-finalizer',
  'delete mutatingadmissionpolicies coinflip-keep-finalizer',
  'delete mutatingadmissionpolicybindings coinflip-keep-finalizer',
  'delete validatingadmissionpolicies coinflip-freeze-in-deletion',
  'delete validatingadmissionpolicybindings coinflip-freeze-in-deletion',
]
const held = (name: string, deleting = false): FakeObject => ({
  name,
  deleting,
  finalizers: ['other', finalizer],
})
const leaving = (cluster: FakeCluster, force = false, limitMs = 50) =>
  removeController({
    kubectl: cluster.kubectl,
    served: cluster.served,
    force,
    again: 'again',
    limitMs,
  })

t.test('removes the finalizers, the controller and the policies in that order', async (t) => {
  const cluster = new FakeCluster([held('a'), { ...held('b', true), finalizers: [finalizer] }])
  await leaving(cluster)
  t.same(cluster.changes, inOrder)
  t.same(cluster.objects, [{ name: 'a', deleting: false, finalizers: ['other'] }])
})

t.test('stops and keeps the controller while a deletion cannot finish', async (t) => {
  const cluster = new FakeCluster([held('a'), held('stuck', true)])
  cluster.answering = false
  await t.rejects(
    leaving(cluster),
    /^1 CoinFlip in deletion.*ns\/stuck.*`again`.*`FORCE=1 make undeploy`/,
  )
  t.same(cluster.changes, [])
  t.equal(cluster.composite, 'finalizing')
  cluster.answering = true
  await leaving(cluster)
  t.equal(cluster.composite, 'none', 'the next run finishes')
})

t.test('FORCE=1 removes finalizers without publishing', async (t) => {
  const cluster = new FakeCluster([held('stuck', true)])
  cluster.answering = false
  await leaving(cluster, true)
  t.equal(cluster.composite, 'none')
  t.same(cluster.objects[0]?.finalizers, ['other'])
})

t.test('removes our finalizer itself where no Metacontroller serves', async (t) => {
  const cluster = new FakeCluster([held('a'), { name: 'b', finalizers: [finalizer] }], false)
  await leaving(cluster)
  const released = ['patch coinflips a', 'patch coinflips b']
  t.same(cluster.changes, [...inOrder.slice(0, 1), ...released, ...inOrder.slice(1)])
  t.same(
    cluster.objects.map(({ finalizers }) => finalizers),
    [['other'], []],
  )
})

t.test('keeps the CompositeController while Metacontroller removes no finalizer', async (t) => {
  const cluster = new FakeCluster([held('a')], false)
  const asked = { served: true, force: false, again: 'again', limitMs: 50 }
  await t.rejects(
    removeController({ kubectl: cluster.kubectl, ...asked }),
    /1 CoinFlip still with our finalizer: ns\/a; does Metacontroller run,/,
  )
  t.same(cluster.changes, inOrder.slice(0, 1))
})

t.test('succeeds where the controller is removed already', async (t) => {
  const cluster = new FakeCluster([])
  cluster.composite = 'none'
  await leaving(cluster)
  t.same(cluster.changes, inOrder.slice(1), 'nothing to patch')
})
