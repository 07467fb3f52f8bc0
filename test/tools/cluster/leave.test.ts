import t from 'tap'
import { leave } from '../../../hack/metacontroller/remove-controller.ts'
import { FakeCluster, type FakeObject, finalizer } from './fake-cluster.ts'

// The steps that it tells.
t.capture(process.stderr, 'write', () => true)

const inOrder = [
  'delete mutatingadmissionpolicybindings coinflip-stamp-finalizer',
  'delete mutatingadmissionpolicies coinflip-stamp-finalizer',
  'patch compositecontrollers coinflip',
  'delete compositecontrollers coinflip',
  'delete validatingadmissionpolicybindings coinflip-freeze-in-deletion',
  'delete validatingadmissionpolicies coinflip-freeze-in-deletion',
]
const held = (name: string, deleting = false): FakeObject => ({
  name,
  deleting,
  finalizers: ['other', finalizer],
})
const leaving = (cluster: FakeCluster, force = false, limitMs = 50) =>
  leave({ kubectl: cluster.kubectl, served: cluster.served, force, again: 'again', limitMs })

t.test('the order in which nothing is lost and nothing hangs', async (t) => {
  const cluster = new FakeCluster([held('a'), { ...held('b', true), finalizers: [finalizer] }])
  await leaving(cluster)
  t.same(cluster.changes, inOrder)
  t.same(cluster.objects, [{ name: 'a', deleting: false, finalizers: ['other'] }])
})

t.test('waits until the API server has noticed that the policy is gone', async (t) => {
  const cluster = new FakeCluster([held('a')])
  cluster.stampLag = 1
  await leaving(cluster, false, 5_000)
  t.same(cluster.objects[0]?.finalizers, ['other'])
})

t.test('a policy that is put back ends it, and the controller stays', async (t) => {
  const cluster = new FakeCluster([held('a')])
  cluster.stampLag = Number.POSITIVE_INFINITY
  await t.rejects(leaving(cluster), /^the policy coinflip-stamp-finalizer still acts.*`again`/)
  t.same(cluster.changes, inOrder.slice(0, 2))
})

t.test('an object whose deletion cannot finish keeps the controller there', async (t) => {
  const cluster = new FakeCluster([held('a'), held('stuck', true)])
  cluster.answering = false
  await t.rejects(
    leaving(cluster),
    /^1 CoinFlip in deletion.*ns\/stuck.*`again`.*`FORCE=1 make undeploy`/,
  )
  t.same(cluster.changes, inOrder.slice(0, 2), 'but takes no new object on')
  t.equal(cluster.composite, 'finalizing')
  cluster.answering = true
  await leaving(cluster)
  t.equal(cluster.composite, 'none', 'repeating it finishes')
})

t.test('by force it goes, with what it had to publish', async (t) => {
  const cluster = new FakeCluster([held('stuck', true)])
  cluster.answering = false
  await leaving(cluster, true)
  t.equal(cluster.composite, 'none')
  t.same(cluster.objects[0]?.finalizers, ['other'])
})

t.test(
  'where no Metacontroller serves, finalizers are taken off from here, ours only',
  async (t) => {
    const cluster = new FakeCluster([held('a'), { name: 'b', finalizers: [finalizer] }], false)
    await leaving(cluster)
    const released = ['patch coinflips a', 'patch coinflips b']
    t.same(cluster.changes, [...inOrder.slice(0, 3), ...released, ...inOrder.slice(3)])
    t.same(
      cluster.objects.map(({ finalizers }) => finalizers),
      [['other'], []],
    )
  },
)

t.test('a Metacontroller that takes no finalizer off keeps its CompositeController', async (t) => {
  const cluster = new FakeCluster([held('a')], false)
  const asked = { served: true, force: false, again: 'again', limitMs: 50 }
  await t.rejects(
    leave({ kubectl: cluster.kubectl, ...asked }),
    /1 CoinFlip still with our finalizer: ns\/a; does Metacontroller run\?/,
  )
  t.same(cluster.changes, inOrder.slice(0, 3))
})

t.test('a cluster that has been left already is no error', async (t) => {
  const cluster = new FakeCluster([])
  cluster.composite = 'none'
  await leaving(cluster)
  t.same(cluster.changes, [...inOrder.slice(0, 2), ...inOrder.slice(3)], 'nothing to patch')
})
