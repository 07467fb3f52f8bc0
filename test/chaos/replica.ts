import { freeze } from '../../hack/lib/freeze.ts'
import type { Env } from '../../hack/lib/process.ts'
import { type Service, startService } from '../../hack/lib/service.ts'
import { residentMb } from '../lib/process-stat.ts'
import { type Relay, startRelay } from '../lib/relay.ts'

/** One process of the service, with relays of its own to the nats-servers. */
export interface Replica {
  /** Of its hooks. */
  readonly port: number
  readonly pid: number
  /** Whether new connections may go there, as the readiness probe of the Deployment has it. */
  readonly ready: boolean
  probe(limitMs: number): Promise<void>
  /** Resident memory at most, as far as probes have seen. */
  readonly highestMb: number
  /** SIGSTOP, and SIGCONT by `thaw`; nothing happens once it has ended. */
  freeze(): void
  thaw(): void
  /** Nothing of nats-server reaches it any more; what it sends does arrive. */
  isolate(): void
  rejoin(): void
  /** SIGKILL or SIGTERM; answers what was wrong with it in its life. */
  end(how: 'kill' | 'stop'): Promise<string[]>
}

export interface ReplicaOptions {
  natsPorts: readonly number[]
  /** Settings of the service beside its ports and NATS_URL. */
  settings: Env
  /** Path of another main.ts, for a mutant. */
  entry: string | undefined
}

/** So long because it is started while everything else is at work, too. */
const readyLimitMs = 60_000
const probeFailures = 2
const longestComplaint = 500

function complaintsOf(service: Service, how: 'kill' | 'stop', cause: string): string[] {
  // One that was frozen or waits for nats-server may need to be killed in the end.
  const asked = how === 'kill' ? ['SIGKILL'] : ['exit code 0', 'SIGKILL']
  const ends = asked.includes(cause) ? [] : [`a replica ended by itself: ${cause}`]
  const errors = service.log.filter((line) => /"level":[56]0/.test(line))
  return [...ends, ...errors.map((line) => line.slice(0, longestComplaint))]
}

async function isReady(url: string, limitMs: number): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(limitMs) })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

/** Starts a replica and resolves when it is ready. */
export async function startReplica(options: ReplicaOptions): Promise<Replica> {
  const { natsPorts, settings, entry } = options
  const toNats: Relay[] = []
  for (const port of natsPorts) toNats.push(await startRelay(() => port))
  const NATS_URL = toNats.map(({ port }) => `nats://127.0.0.1:${port}`).join()
  const service = await startService({
    env: { LOG_LEVEL: 'warn', NODE_ENV: 'production', ...settings, NATS_URL },
    limitMs: readyLimitMs,
    ...(entry === undefined ? {} : { entry }),
  })
  let alive = true
  let reachable = true
  let failures = 0
  let highestMb = 0
  return {
    port: Number(new URL(service.url).port),
    pid: service.pid,
    get ready() {
      return failures < probeFailures
    },
    get highestMb() {
      return highestMb
    },
    async probe(limitMs) {
      highestMb = Math.max(highestMb, residentMb(service.pid).highest)
      const answered = await isReady(`${service.adminUrl}/readyz`, limitMs)
      failures = answered && reachable ? 0 : failures + 1
    },
    freeze() {
      if (alive) freeze(service.pid)
    },
    thaw() {
      if (alive) process.kill(service.pid, 'SIGCONT')
    },
    isolate() {
      reachable = false
      for (const [i, port] of natsPorts.entries()) toNats[i]?.hold(port, 'to')
    },
    rejoin() {
      reachable = true
      for (const [i, port] of natsPorts.entries()) toNats[i]?.release(port)
    },
    async end(how) {
      const ending = service[how]()
      alive = false
      const { cause } = await ending
      for (const relay of toNats) await relay.close()
      return complaintsOf(service, how, cause)
    },
  }
}
