import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../../../hack/lib/free-port.ts'
import { type Metacontroller, startMetacontroller } from '../../lib/plane/metacontroller.ts'
import type { HookCalls } from '../cluster.ts'

/** A Metacontroller that is killed and started again, with what it counted in all its lives. */
export type RestartedMetacontroller = ReturnType<typeof prepareMetacontroller>

/** Calls that were answered, by its metrics, whose counters end with the process. */
async function answered(metricsUrl: string): Promise<number> {
  try {
    const text = await (await fetch(metricsUrl)).text()
    const counts = text.matchAll(/^metacontroller_(?:sync|finalize)_requests_total\{.*\} (\S+)$/gm)
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
  } catch {
    return 0
  }
}

/** Prepares a Metacontroller; `start` starts it. */
export function prepareMetacontroller(binary: string, kubeconfig: string) {
  const past: HookCalls = { calls: 0, failures: 0 }
  let present: Metacontroller | undefined
  let metricsUrl = ''

  async function countCalls(): Promise<HookCalls> {
    // One line for each sync that goes back into the queue.
    const failures = present?.failures ?? []
    const unanswered = failures.filter((line) => line.includes('http error')).length
    return {
      calls: past.calls + (await answered(metricsUrl)) + unanswered,
      failures: past.failures + failures.length,
    }
  }
  async function start(): Promise<void> {
    const address = `127.0.0.1:${await freePort()}`
    metricsUrl = `http://${address}/metrics`
    const flags = ['-workers=50', '-discovery-interval=5s', `-metrics-address=${address}`]
    present = startMetacontroller(binary, kubeconfig, flags)
  }
  return {
    start,
    countCalls,
    /** Of the present process. */
    pid: () => present?.pid ?? -1,
    /** Of the present process, for an error that is shown to a person. */
    log: () => present?.log ?? [],
    /** SIGKILL, and another process after a while. */
    async kill(awayMs: number) {
      Object.assign(past, await countCalls())
      await present?.kill()
      await delay(awayMs)
      await start()
    },
    stop: async () => await present?.stop(),
  }
}
