import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Kubectl } from '../../../hack/kube/kubectl.ts'
import { onExit } from '../../../hack/lib/exit.ts'
import { freePort } from '../../../hack/lib/free-port.ts'
import { end, type Running, run, start } from '../../../hack/lib/process.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { poll } from '../../../hack/lib/wait-for.ts'
import {
  apiServerArgs,
  etcdArgs,
  isServed,
  writeCredentials,
  writeKubeconfig,
} from './api-server.ts'

/**
 * A real API server on loopback with an etcd of its own, and no controllers: no namespace is
 * emptied, no ClusterRole aggregated, no pod started. etcd survives the end of the API server.
 */
export type ControlPlane = Awaited<ReturnType<typeof startControlPlane>>

const readyLimitMs = 60_000

interface Program {
  running: Running
  /** Why it ended, with its last line, if it has ended by itself. */
  failure: () => string | undefined
}

function launch(name: string, assets: string, args: readonly string[]): Program {
  const running = start(join(assets, name), args, { env: {} })
  let lastLine = ''
  let failure: string | undefined
  // Unread output would block the process once the pipe is full.
  for (const stream of [running.child.stdout, running.child.stderr])
    if (stream) createInterface(stream).on('line', (line) => (lastLine = line.slice(0, 500)))
  void running.ended.then(({ cause }) => {
    failure = `${name} in ${assets} ended (${cause}): ${lastLine}`
  })
  return { running, failure: () => failure }
}

/** Starts etcd and kube-apiserver of a folder, and resolves when objects can be created. */
export async function startControlPlane(assets: string) {
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-control-plane-'))
  const remove = () => rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 })
  // Registered before the processes are, so that it runs after they were killed.
  const forget = onExit(remove)
  const [etcdPort, peerPort, port] = [await freePort(), await freePort(), await freePort()]
  const etcdUrl = `http://127.0.0.1:${etcdPort}`
  const access = writeCredentials(dir, port)
  const etcd = launch('etcd', assets, etcdArgs(dir, etcdUrl, `http://127.0.0.1:${peerPort}`))
  let apiServer: Program | undefined

  async function startApiServer(): Promise<void> {
    // A restarted API server serves long before /readyz is well on a busy machine; the objects
    // that make it ready at first, such as the roles, are in etcd by then.
    const awaited = [...(apiServer ? [] : ['/readyz']), '/api/v1/namespaces/default']
    const launched = launch('kube-apiserver', assets, apiServerArgs(dir, etcdUrl, port))
    apiServer = launched
    const failure = () => etcd.failure() ?? launched.failure()
    for (const path of awaited) {
      const isOver = async () => failure() !== undefined || (await isServed(path, access))
      const served = await poll(isOver, { timeoutMs: readyLimitMs })
      if (served && failure() === undefined) continue
      const late = `kube-apiserver in ${assets} has no ${path} after ${readyLimitMs / 1000} s`
      throw new UserError(failure() ?? late)
    }
  }
  async function stop(): Promise<void> {
    // The API server first: it would wait for an etcd that is gone.
    if (apiServer) await end(apiServer.running, 'SIGTERM', 10_000)
    await end(etcd.running, 'SIGTERM', 10_000)
    remove()
    forget()
  }

  const kubeconfig = join(dir, 'kubeconfig')
  const kubectl: Kubectl = (args, options) =>
    run(join(assets, 'kubectl'), ['--kubeconfig', kubeconfig, ...args], options)
  try {
    await startApiServer()
    await writeKubeconfig(kubeconfig, access)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    access,
    /** Path of a kubeconfig of a cluster administrator. */
    kubeconfig,
    /** kubectl as that administrator. */
    kubectl,
    /** Process ids by program. */
    pids: () => ({ 'kube-apiserver': apiServer?.running.pid ?? -1, etcd: etcd.running.pid }),
    /** Sends SIGKILL to the API server. */
    async killApiServer() {
      if (apiServer) await end(apiServer.running, 'SIGKILL')
    },
    /** Starts the API server again, and resolves when it answers. */
    startApiServer,
    /** Ends both processes and removes their files. */
    stop,
  }
}
