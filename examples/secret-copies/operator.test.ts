import assert from 'node:assert/strict'
import test from 'node:test'
import fastify from 'fastify'
import { buildServerOptions, metacontrollerHooks } from 'fastify-metacontroller'
import { createTestCluster } from 'fastify-metacontroller/testing'
import { hooks, secretCopies } from './operator.ts'

test('copies a Secret into namespaces with labels, and follows all changes', async () => {
  const app = fastify(buildServerOptions())
  await app.register(metacontrollerHooks(secretCopies, hooks))
  const cluster = createTestCluster()
  cluster.serve(secretCopies, app)

  const namespace = (name: string, team: string) =>
    cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { team } } })
  const secret = (token: string) =>
    cluster.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'pull', namespace: 'vault' },
      data: { token },
    })
  const spec = { namespace: 'vault', name: 'pull', labels: { team: 'a' } }
  const { apiVersion, kind } = secretCopies.parent
  await namespace('one', 'a')
  await namespace('two', 'b')
  await secret('b2xk')
  await cluster.apply({ apiVersion, kind, metadata: { name: 'pull' }, spec })
  assert.deepEqual(cluster.get('Secret', 'pull', 'one')?.data, { token: 'b2xk' })
  assert.equal(cluster.get('Secret', 'pull', 'two'), undefined)

  await secret('bmV3')
  await namespace('two', 'a')
  assert.deepEqual(cluster.get('Secret', 'pull', 'two')?.data, { token: 'bmV3' })
  assert.deepEqual(cluster.get(kind, 'pull')?.status, { copies: 2, observedGeneration: 1 })

  await cluster.delete('Secret', 'pull', 'vault')
  assert.deepEqual(cluster.list('Secret'), [])
  assert.deepEqual(cluster.errors, [])
})
