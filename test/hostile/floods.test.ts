import t from 'tap'
import { startService } from '../../hack/lib/service.ts'
import { poll } from '../../hack/lib/wait-for.ts'
import { writeCertificates } from '../lib/certificate-files.ts'
import { readDeployment } from '../lib/deployment.ts'
import { startAttack } from '../lib/hostile/attacker.ts'
import type { AttackName } from '../lib/hostile/attacks.ts'
import { callSteadily, openClient, untilServed } from '../lib/hostile/neighbour.ts'
import { residentMb } from '../lib/process-stat.ts'

const { env, memoryBytes } = readDeployment()
const { ca, settings: files } = await writeCertificates(t.testdir())

/** Long enough for an attack to reach its bound. */
const limitMs = 60_000
const leastCalls = 30
const longMs = 30_000
/** Maximum of log lines: a flood must not log a line for each request. */
const mostLogBytes = 100_000

/**
 * Attacks that a client of Node cannot make, with the share of a neighbour's calls that are answered
 * with 200: less where the attack takes the whole processor. `make floods` has all attacks.
 */
const table: [name: AttackName, strength: number, least: number, share: number][] = [
  ['window of 0, unknown path', 1, 5_000, 0.5],
  ['POSTs whose answers are not taken', 1, 4, 0.9],
  ['HEADERS without END_HEADERS', 0.02, 10, 0.9],
]

for (const [name, strength, least, share] of table)
  t.test(`survives an attack and serves others: ${name}`, async (t) => {
    const settings = { NODE_ENV: 'production', NODE_OPTIONS: env.NODE_OPTIONS }
    const service = await startService({
      env: { NATS_URL: 'nats://127.0.0.1:1', ...settings, ...files },
    })
    t.teardown(() => service.kill())
    const url = service.url.replace('http:', 'https:')
    const target = { url, adminUrl: service.adminUrl, ca }
    const client = openClient(target, 'HTTP/2')
    t.teardown(client.close)
    t.ok((await untilServed(client, longMs)) !== undefined, 'calls are answered before the attack')

    const attacker = await startAttack({ name, protocol: 'HTTP/2', target, strength, limitMs })
    t.teardown(attacker.stop)
    const neighbour = callSteadily(client)
    const most = () => Math.max(0, ...Object.values(attacker.sent()))
    const isEnough = () => most() >= least && neighbour.calls >= leastCalls
    t.ok(await poll(isEnough, { timeoutMs: longMs }), `it was an attack: ${most()}`)
    await attacker.cease()
    const { calls, answered, others } = await neighbour.stop()
    t.ok(answered >= calls * share, `a neighbour keeps its calls: ${JSON.stringify(others)}`)
    t.ok(residentMb(service.pid).highest < memoryBytes / 2 ** 20, 'memory stays under its limit')
    t.ok(residentMb(service.pid).now > 0, 'the process is alive')
    const logBytes = service.log.reduce((sum, line) => sum + line.length, 0)
    t.ok(logBytes < mostLogBytes, `its log stays short: ${logBytes} bytes`)
    // The connections of the attack are still open.
    t.equal((await service.stop()).cause, 'exit code 0', 'SIGTERM stops it in time')
  })
