import t from 'tap'
import { removeController } from '../../../hack/metacontroller/remove-controller.ts'
import { FakeCluster, type FakeObject, finalizer } from './fake-cluster.ts'

// The progress of the steps.
t.capture(process.stderr, 'write', () => true)

const controllerRemoved = 'delete compositecontrollers coinflip'
const policiesRemoved = [
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
const leaving = ({ kubectl }: FakeCluster, force = false, patienceMs = 50) =>
  removeController(kubectl, { force, again: 'again', patienceMs })

t.test('removes the controller, the finalizers and the policies in that order', async (t) => {
  const deleted = { name: 'b', deleting: true, finalizers: [finalizer] }
  const cluster = new FakeCluster([held('a'), deleted, { name: 'c', finalizers: [finalizer] }])
  await leaving(cluster)
  t.same(cluster.changes, [controllerRemoved, 'patch a', 'patch c', ...policiesRemoved])
  t.same(
    cluster.objects.map(({ name, finalizers }) => [name, finalizers]),
    [
      ['a', ['other']],
      ['c', []],
    ],
  )
})

t.test('removes finalizers again that a policy has added', async (t) => {
  const cluster = new FakeCluster([held('a')])
  cluster.stampLag = 1
  await leaving(cluster, false, 5_000)
  t.same(cluster.objects[0]?.finalizers, ['other'])
})

t.test('stops if the finalizer comes again', async (t) => {
  const cluster = new FakeCluster([held('a')])
  cluster.stampLag = Number.POSITIVE_INFINITY
  await t.rejects(leaving(cluster), /^1 CoinFlip still with our finalizer: ns\/a; .*`again`/)
})

t.test('stops and keeps the controller while a deletion cannot finish', async (t) => {
  const cluster = new FakeCluster([held('a'), held('stuck', true)])
  cluster.answering = false
  await t.rejects(
    leaving(cluster),
    /^1 CoinFlip in deletion.*ns\/stuck.*`again`.*`FORCE=1 make undeploy`/,
  )
  t.same(cluster.changes, [])
  cluster.answering = true
  await leaving(cluster)
  t.same(cluster.changes.slice(-6), policiesRemoved, 'the next run finishes')
})

t.test('FORCE=1 removes finalizers without publishing', async (t) => {
  const cluster = new FakeCluster([held('stuck', true)])
  cluster.answering = false
  await leaving(cluster, true)
  t.same(cluster.objects[0]?.finalizers, ['other'])
})
