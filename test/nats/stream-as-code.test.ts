import t from 'tap'
import { readManifests } from '../../hack/lib/manifests.ts'
import { readStreamSpec } from '../lib/nack.ts'
import { openObserver, openService, startServer, streamSettings } from '../lib/real-broker.ts'

const [resource] = readManifests<Record<string, unknown>>('Stream', 'components/stream/')

t.test('the Stream of NACK is the stream that the service creates', async (t) => {
  const config = readStreamSpec(resource?.spec ?? {})
  t.equal(config.num_replicas, 3, 'with the replicas of production')
  const server = await startServer(t)
  const { firstAttempt, close } = openService(t, server, streamSettings)
  await firstAttempt
  await close(1_000)
  const { manager } = await openObserver(t, server.url)
  const created = (await manager.streams.info(streamSettings.name)).config
  await manager.streams.delete(streamSettings.name)
  // One server has no place for three replicas.
  await manager.streams.add({ ...config, num_replicas: streamSettings.replicas })
  t.same((await manager.streams.info(config.name)).config, created)

  const { firstAttempt: again, states } = openService(t, server, { create: false })
  await again
  t.match(states, [{ kind: 'present', issues: [] }], 'and the service has no complaint about it')
})

t.test('the stream outlives its resource', async (t) => {
  t.equal(resource?.spec.preventDelete, true)
})
