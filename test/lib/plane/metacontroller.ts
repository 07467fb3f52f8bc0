import { createInterface } from 'node:readline'
import { end, start } from '../../../hack/lib/process.ts'
import { hostSelector } from '../../../hack/metacontroller/composite.ts'
import { deployedFlags } from '../../../hack/metacontroller/metacontroller.ts'

/** A real Metacontroller as a process of this machine. */
export type Metacontroller = ReturnType<typeof startMetacontroller>

// The usual ports may be taken.
const usual = [...deployedFlags, '-metrics-address=0', '-health-probe-bind-address=0']

/** Starts Metacontroller for the CompositeController of manifests/overlays/host; later flags win. */
export function startMetacontroller(binary: string, kubeconfig: string, flags: readonly string[]) {
  const access = [`-kubeconfig=${kubeconfig}`, `-target-label-selector=${hostSelector}`]
  const running = start(binary, [...access, ...usual, ...flags], { env: {} })
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
    /** As it logs it; empty for one that was built without. */
    get version() {
      return version
    },
    /** The lines that it has logged, oldest first. */
    log: log as readonly string[],
    /** Those of them about a sync that failed. */
    get failures() {
      return linesWith('failed to sync')
    },
    /** How often it has started a CompositeController, which it does anew when the spec changes. */
    get starts() {
      return linesWith('"Starting CompositeController"').length
    },
    /** Resolves when its workers run; rejects when it ends before. */
    working: working.promise,
    /** SIGKILL, as when its node is lost. */
    kill: async () => void (await end(running, 'SIGKILL')),
    /** SIGTERM. */
    stop: async () => void (await end(running, 'SIGTERM')),
  }
}
