import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../../../hack/lib/free-port.ts'
import { end, type Running, start } from '../../../hack/lib/process.ts'

/** What calls the hooks has counted, since the start and through its own ends. */
export interface Tally {
  calls: number
  /** Of them, those that it had to take for failed. */
  failures: number
}

/** A real Metacontroller that can be killed and started again. */
export interface Metacontroller {
  /** Of the present process. */
  readonly pid: number
  start(): Promise<void>
  /** SIGKILL, and another one after a while. */
  kill(awayMs: number): Promise<void>
  tally(): Promise<Tally>
  /** Its last words, for an error that is shown to a person. */
  log: readonly string[]
  stop(): Promise<void>
}

const keptLines = 50

/** As `make run` and `make deploy` start it: its own defaults would make about 5 writes a second. */
const pace = ['-workers=50', '-client-go-qps=200', '-client-go-burst=400']

export function prepareMetacontroller(
  binary: string,
  kubeconfig: string,
  selector: string,
): Metacontroller {
  const log: string[] = []
  const past: Tally = { calls: 0, failures: 0 }
  let running: Running | undefined
  let metricsUrl = ''
  let unanswered = 0
  let failed = 0

  function hear(line: string): void {
    log.push(line)
    if (log.length > keptLines) log.shift()
    // One line for each sync that goes back into the queue.
    if (!line.includes('failed to sync')) return
    failed += 1
    if (line.includes('http error')) unanswered += 1
  }

  /** Calls that were answered, in the words of Prometheus; its counters end with the process. */
  async function answered(): Promise<number> {
    try {
      const text = await (await fetch(metricsUrl)).text()
      const counts = text.matchAll(
        /^metacontroller_(?:sync|finalize)_requests_total\{.*\} (\S+)$/gm,
      )
      return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
    } catch {
      return 0
    }
  }
  async function present(): Promise<Tally> {
    return { calls: (await answered()) + unanswered, failures: failed }
  }
  async function remember(): Promise<void> {
    const { calls, failures } = await present()
    past.calls += calls
    past.failures += failures
    unanswered = 0
    failed = 0
  }

  async function launch(): Promise<void> {
    const [metrics, probes] = [await freePort(), await freePort()]
    metricsUrl = `http://127.0.0.1:${metrics}/metrics`
    const addresses = [
      `-metrics-address=127.0.0.1:${metrics}`,
      `-health-probe-bind-address=127.0.0.1:${probes}`,
    ]
    const what = [`-kubeconfig=${kubeconfig}`, `-target-label-selector=${selector}`]
    const args = [...what, ...pace, ...addresses, '-discovery-interval=5s']
    running = start(binary, args, { env: {} })
    for (const stream of [running.child.stdout, running.child.stderr])
      if (stream) createInterface(stream).on('line', hear)
  }

  return {
    get pid() {
      return running?.pid ?? -1
    },
    start: launch,
    async kill(awayMs) {
      await remember()
      if (running) await end(running, 'SIGKILL')
      await delay(awayMs)
      await launch()
    },
    async tally() {
      const { calls, failures } = await present()
      return { calls: past.calls + calls, failures: past.failures + failures }
    },
    log,
    async stop() {
      if (running) await end(running, 'SIGTERM')
    },
  }
}
