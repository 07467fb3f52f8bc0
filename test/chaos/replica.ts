import { freeze } from '../../hack/lib/freeze.ts'
import { isOk } from '../../hack/lib/is-ok.ts'
import type { Env } from '../../hack/lib/process.ts'
import { type Service, startService } from '../../hack/lib/service.ts'
import { residentMb } from '../lib/process-stat.ts'
import { type Relay, startRelay } from '../lib/relay.ts'

/** One process of the service, with relays of its own to the nats-servers. */
export type Replica = Awaited<ReturnType<typeof startReplica>>

export interface ReplicaOptions {
  natsPorts: readonly number[]
  /** Settings of the service beside its ports and NATS_URL. */
  settings: Env
  /** Path of another main.ts, for a mutant. */
  entry: string | undefined
}

/** Long because it starts while all other processes are busy. */
const readyLimitMs = 60_000
const probeFailures = 2
const longestError = 500

function errorsOf(service: Service, how: 'kill' | 'stop', cause: string): string[] {
  // A frozen replica, or one that waits for nats-server, may have to be killed.
  const asked = how === 'kill' ? ['SIGKILL'] : ['exit code 0', 'SIGKILL']
  const ends = asked.includes(cause) ? [] : [`a replica ended by itself: ${cause}`]
  const errors = service.log.filter((line) => /"level":[56]0/.test(line))
  return [...ends, ...errors.map((line) => line.slice(0, longestError))]
}

/** Starts a replica and resolves when it is ready. */
export async function startReplica({ natsPorts, settings, entry }: ReplicaOptions) {
  const toNats: Relay[] = []
  for (const port of natsPorts) toNats.push(await startRelay(() => port))
  const NATS_URL = toNats.map(({ port }) => `nats://127.0.0.1:${port}`).join()
  const service = await startService({
    env: { LOG_LEVEL: 'warn', NODE_ENV: 'production', ...settings, NATS_URL },
    limitMs: readyLimitMs,
    ...(entry && { entry }),
  })
  let alive = true
  let reachable = true
  let failures = 0
  let highestMb = 0
  return {
    /** Of its hooks. */
    port: Number(new URL(service.url).port),
    pid: service.pid,
    /** Whether new connections may go there, by the rules of the readiness probe. */
    isReady: () => failures < probeFailures,
    /** Highest resident memory, as read by each probe. */
    highestMb: () => highestMb,
    async probe(limitMs: number) {
      highestMb = Math.max(highestMb, residentMb(service.pid).highest)
      const answered = await isOk(`${service.adminUrl}/readyz`, limitMs)
      failures = answered && reachable ? 0 : failures + 1
    },
    /** SIGSTOP, and SIGCONT by `thaw`; without effect once it has ended. */
    freeze() {
      if (alive) freeze(service.pid)
    },
    thaw() {
      if (alive) process.kill(service.pid, 'SIGCONT')
    },
    /** Drops what nats-server sends to it, until `rejoin`; what it sends does arrive. */
    isolate() {
      reachable = false
      for (const [i, port] of natsPorts.entries()) toNats[i]?.hold(port, 'to')
    },
    rejoin() {
      reachable = true
      for (const [i, port] of natsPorts.entries()) toNats[i]?.release(port)
    },
    /** SIGKILL or SIGTERM; resolves to its errors: unexpected ends and errors of its log. */
    async end(how: 'kill' | 'stop') {
      const ending = service[how]()
      alive = false
      const { cause } = await ending
      for (const relay of toNats) await relay.close()
      return errorsOf(service, how, cause)
    },
  }
}
