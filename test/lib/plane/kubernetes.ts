import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { onExit } from '../../../hack/lib/exit.ts'
import { freePort } from '../../../hack/lib/free-port.ts'
import { end, type Running, start } from '../../../hack/lib/process.ts'
import {
  apiServerArgs,
  etcdArgs,
  isServed,
  writeCredentials,
  writeKubeconfig,
} from './api-server.ts'

export interface ControlPlaneOptions {
  /** Folder of etcd and kube-apiserver; `KUBEBUILDER_ASSETS` names it for envtest and for us. */
  assets: string
  limitMs?: number
}

/**
 * A real API server on loopback with an etcd of its own, and nothing else: no controllers, so
 * no namespace is emptied, no ClusterRole aggregated, no pod started.
 */
export interface ControlPlane {
  /** Address of the API server. */
  readonly url: string
  /** Path of a kubeconfig of a cluster administrator. */
  readonly kubeconfig: string
  /** Holds the kubeconfig, etcd.log and kube-apiserver.log until `stop`. */
  readonly dir: string
  /** Ends both processes and removes the folder. */
  stop(): Promise<void>
}

/** What has to be answered before objects can be created. */
const awaited = ['/readyz', '/api/v1/namespaces/default']

/** Starts etcd and kube-apiserver, and resolves when objects can be created. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { assets, limitMs = 60_000 } = options
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-control-plane-'))
  const remove = () => rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 })
  // Registered before the processes are, so that it runs after they were killed.
  const forget = onExit(remove)
  const launched: Running[] = []
  let failure: { name: string; what: string } | undefined

  const launch = (name: string, args: readonly string[]) => {
    const process = start(join(assets, name), args, { env: {} })
    const log = createWriteStream(join(dir, `${name}.log`))
    process.child.stdout?.pipe(log, { end: false })
    process.child.stderr?.pipe(log)
    process.ended.then(({ cause }) => {
      failure ??= { name, what: `ended (${cause})` }
    })
    launched.unshift(process)
  }
  const stop = async () => {
    // The API server first: it would wait for an etcd that is gone.
    for (const process of launched) await end(process, 'SIGTERM', 10_000)
    remove()
    forget()
  }

  try {
    const [etcdUrl, peerUrl] = [await localUrl(), await localUrl()]
    const port = await freePort()
    const access = writeCredentials(dir, port)
    launch('etcd', etcdArgs(dir, etcdUrl, peerUrl))
    launch('kube-apiserver', apiServerArgs(dir, etcdUrl, port))
    const last = Date.now() + limitMs
    for (const path of awaited)
      while (!(await isServed(path, access))) {
        if (Date.now() > last)
          failure ??= { name: 'kube-apiserver', what: `has no ${path} after ${limitMs / 1000} s` }
        if (failure) {
          const { name, what } = failure
          throw new Error(`${name} in ${assets} ${what}${await lastWords(dir, name)}`)
        }
        await delay(50)
      }
    const kubeconfig = join(dir, 'kubeconfig')
    await writeKubeconfig(kubeconfig, access)
    return { url: access.url, kubeconfig, dir, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const localUrl = async () => `http://127.0.0.1:${await freePort()}`

/** The end of a log, for an error that is shown to a person. */
async function lastWords(dir: string, name: string): Promise<string> {
  const log = await readFile(join(dir, `${name}.log`), 'utf8').catch(() => '')
  const line = log.trim().split('\n').at(-1)
  return line ? `: ${line.slice(0, 500)}` : ''
}
