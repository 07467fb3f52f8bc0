import { end, start } from '../../../hack/lib/process.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import type { Load } from '../../lib/load/load.ts'
import { pinned } from '../../lib/load/pin.ts'

/** What steady calls came to. */
export interface Steady extends Omit<Load, 'cpuMsPerCall' | 'busy'> {
  /** The last error of each worker. */
  causes: string[]
}

export interface SteadyOptions {
  binary: string
  pin: boolean
  url: string
  caFile?: string | undefined
  body: string
  /** Most that it calls for. */
  limitSeconds: number
}

const workers = 50
/** With these two, about a thousand calls a second. */
const pauseMs = 45

/** Calls as Metacontroller does until it is told to stop. */
export function callSteadily(options: SteadyOptions): { stop(): Promise<Steady> } {
  const { binary, pin, url, caFile, body, limitSeconds } = options
  const args = [
    '-way=metacontroller',
    `-workers=${workers}`,
    `-pause=${pauseMs}ms`,
    '-warmup=0',
    `-url=${url}`,
    `-body=${body}`,
    `-seconds=${limitSeconds}`,
    ...(caFile === undefined ? [] : [`-ca=${caFile}`]),
  ]
  const command = pinned(pin, 'load', binary, args)
  const running = start(command.command, command.args, { env: { PATH: process.env.PATH } })
  let [stdout, stderr] = ['', '']
  running.child.stdout?.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  running.child.stderr?.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  return {
    async stop() {
      const { code, cause } = await end(running, 'SIGTERM', 15_000)
      if (code !== 0) throw new UserError(`the steady calls ended with ${cause}: ${stderr.trim()}`)
      const causes = [...new Set(stderr.split('\n').filter(Boolean))]
      return { ...(JSON.parse(stdout) as Omit<Steady, 'causes'>), causes }
    },
  }
}
