import { createInterface } from 'node:readline'
import { end, start } from '../../../hack/lib/process.ts'
import { hostSelector } from '../../../hack/metacontroller/composite.ts'

/** A real Metacontroller as a process of this machine. */
export interface Metacontroller {
  readonly pid: number
  /** As it logs it; empty for one that was built without. */
  readonly version: string
  /** The lines that it has logged, oldest first. */
  readonly log: readonly string[]
  /** Those of them about a sync that failed. */
  readonly failures: readonly string[]
  /** How often it has started a CompositeController, which it does anew when the spec changes. */
  readonly starts: number
  /** Resolves when its workers run; rejects when it ends before. */
  readonly working: Promise<void>
  /** SIGKILL, as when its node is lost. */
  kill(): Promise<void>
  /** SIGTERM. */
  stop(): Promise<void>
}

// As `make run` and `make deploy` set them: the defaults allow 5 writes a second.
const rates = ['-client-go-qps=200', '-client-go-burst=400']

/** Starts Metacontroller for the CompositeController of manifests/overlays/host. */
export function startMetacontroller(
  binary: string,
  kubeconfig: string,
  flags: readonly string[],
): Metacontroller {
  const access = [`-kubeconfig=${kubeconfig}`, `-target-label-selector=${hostSelector}`]
  const running = start(binary, [...access, ...rates, ...flags], { env: {} })
  const log: string[] = []
  let version = ''
  const working = Promise.withResolvers<void>()
  // Who does not wait for it hears of an early end elsewhere.
  working.promise.catch(() => {})
  running.child.stdout?.resume()
  if (running.child.stderr)
    createInterface(running.child.stderr).on('line', (line) => {
      log.push(line)
      if (line.includes('"Configuration information"'))
        version = /"version":"v?(\d[^"]*)"/.exec(line)?.[1] ?? ''
      if (line.includes('"Starting workers"')) working.resolve()
    })
  void running.ended.then(({ cause }) =>
    working.reject(new Error(`Metacontroller ended (${cause}): ${log.at(-1)}`)),
  )
  const linesWith = (words: string) => log.filter((line) => line.includes(words))
  return {
    pid: running.pid,
    get version() {
      return version
    },
    log,
    get failures() {
      return linesWith('failed to sync')
    },
    get starts() {
      return linesWith('"Starting CompositeController"').length
    },
    working: working.promise,
    kill: async () => void (await end(running, 'SIGKILL')),
    stop: async () => void (await end(running, 'SIGTERM')),
  }
}
