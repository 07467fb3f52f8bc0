import { createInterface } from 'node:readline'
import { end, start } from '../../../hack/lib/process.ts'
import type { Kubectl } from './kubectl.ts'

/** A Metacontroller in a process of its own, on this machine. */
export interface Metacontroller {
  /** As it says itself; empty for one that was built without. */
  version: string
  /** The lines that it has logged, oldest first. */
  readonly log: readonly string[]
  /** Those of them about a sync that failed. */
  readonly failures: readonly string[]
  /** How often it has taken up a CompositeController, which it does anew when the spec changes. */
  readonly starts: number
  /** SIGKILL, as when its node is lost. */
  kill(): Promise<void>
}

// Its own defaults allow 5 writes a second, and see a new CRD after half a minute.
const args = ['-discovery-interval=1s', '-client-go-qps=200', '-client-go-burst=400', '-workers=20']
// Nothing is asked of it over the network, and its usual ports may be taken.
const noPorts = ['-metrics-address=0', '-health-probe-bind-address=0']
// What manifests/overlays/host puts on its CompositeController.
const own = ['-target-label-selector=games.example.com/runs-on=host']

/** Starts Metacontroller, and resolves when it is at work. */
export async function startMetacontroller(
  binary: string,
  kubeconfig: string,
  kubectl: Kubectl,
): Promise<Metacontroller> {
  const all = [`-kubeconfig=${kubeconfig}`, ...args, ...noPorts, ...own]
  const running = start(binary, all, { env: kubectl.env })
  const log: string[] = []
  const saying = (words: string) => log.filter((line) => line.includes(words))
  let version = ''
  running.child.stdout?.resume()
  const working = new Promise<void>((resolve, reject) => {
    if (running.child.stderr)
      createInterface(running.child.stderr).on('line', (line) => {
        log.push(line)
        if (line.includes('"Configuration information"'))
          version = /"version":"v?(\d[^"]*)"/.exec(line)?.[1] ?? ''
        if (line.includes('"Starting workers"')) resolve()
      })
    running.ended.then(({ cause }) =>
      reject(new Error(`Metacontroller ended (${cause}): ${log.at(-1)}`)),
    )
  })
  await working
  return {
    version,
    log,
    get failures() {
      return saying('failed to sync')
    },
    get starts() {
      return saying('"Starting CompositeController"').length
    },
    kill: async () => void (await end(running, 'SIGKILL')),
  }
}
