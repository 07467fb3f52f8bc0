import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kubectl } from '../../../hack/kube/kubectl.ts'
import { type Daemon, startDaemon } from '../../../hack/lib/daemon.ts'
import { onExit } from '../../../hack/lib/exit.ts'
import { freePort } from '../../../hack/lib/free-port.ts'
import { isOk } from '../../../hack/lib/is-ok.ts'
import { run } from '../../../hack/lib/process.ts'
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

/**
 * Starts etcd and kube-apiserver of a folder, the latter with more arguments, and resolves when
 * objects can be created.
 */
export async function startControlPlane(assets: string, more: readonly string[] = []) {
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-control-plane-'))
  const remove = () => rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 })
  // Registered before the processes are, so that it runs after they were killed.
  const forget = onExit(remove)
  const [etcdPort, peerPort, port] = [await freePort(), await freePort(), await freePort()]
  const etcdUrl = `http://127.0.0.1:${etcdPort}`
  const access = writeCredentials(dir, port)
  const launch = (name: string, args: readonly string[], isReady: () => unknown) =>
    startDaemon({
      name: `${name} in ${assets}`,
      command: join(assets, name),
      args,
      env: {},
      isReady,
      timeoutMs: readyLimitMs,
    })
  const startEtcd = () =>
    launch('etcd', etcdArgs(dir, etcdUrl, `http://127.0.0.1:${peerPort}`), () =>
      isOk(`${etcdUrl}/health`),
    )
  let etcd: Daemon | undefined
  let apiServer: Daemon | undefined

  async function startApiServer(): Promise<void> {
    // A restarted API server serves long before /readyz is well on a busy machine; the objects
    // that make it ready at first, such as the roles, are in etcd by then.
    const awaited = [...(apiServer ? [] : ['/readyz']), '/api/v1/namespaces/default']
    const args = [...apiServerArgs(dir, etcdUrl, port), ...more]
    apiServer = await launch('kube-apiserver', args, () => true)
    for (const path of awaited) await apiServer.until(() => isServed(path, access), readyLimitMs)
  }
  async function stop(): Promise<void> {
    // The API server first: it would wait for an etcd that is gone.
    await apiServer?.stop(10_000)
    await etcd?.stop(10_000)
    remove()
    forget()
  }

  const kubeconfig = join(dir, 'kubeconfig')
  const kubectl: Kubectl = (args, options) =>
    run(join(assets, 'kubectl'), ['--kubeconfig', kubeconfig, ...args], options)
  try {
    etcd = await startEtcd()
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
    pids: () => ({ 'kube-apiserver': apiServer?.pid ?? -1, etcd: etcd?.pid ?? -1 }),
    /** Sends SIGKILL to the API server. */
    killApiServer: async () => void (await apiServer?.kill()),
    /** Starts the API server again, and resolves when it answers. */
    startApiServer,
    /** Ends both processes and removes their files. */
    stop,
  }
}
