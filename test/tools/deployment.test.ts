import t from 'tap'
import { bytesOf, readDeployment } from '../lib/deployment.ts'

for (const [quantity, bytes] of [
  ['512Mi', 536_870_912],
  ['1Gi', 1_073_741_824],
  ['64Ki', 65_536],
] as const)
  t.equal(bytesOf(quantity), bytes, quantity)

for (const quantity of ['512M', '0.5Gi', '', '512'])
  t.throws(() => bytesOf(quantity), { message: /is no quantity/ }, `${quantity} is refused`)

t.test('reads the settings and limits of the Deployment', async (t) => {
  const { replicas, memoryBytes, env, preStopMs, graceMs, readiness, liveness } = readDeployment()
  t.equal(env.NODE_ENV, 'production')
  t.ok(replicas > 1, 'there is something to roll')
  t.ok(memoryBytes >= 64 * 2 ** 20)
  t.ok(preStopMs > 0 && graceMs > 0)
  t.ok(readiness.timeoutMs > 0 && liveness.timeoutMs > 0)
})
