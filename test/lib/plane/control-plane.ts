import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onExit } from '../../../hack/lib/exit.ts'
import { freePort } from '../../../hack/lib/free-port.ts'
import { end, type Running, start } from '../../../hack/lib/process.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { eventually } from '../eventually.ts'
import {
  type Access,
  apiServerArgs,
  etcdArgs,
  isServed,
  writeCredentials,
  writeKubeconfig,
} from './api-server.ts'

/** A real API server whose end is survived by its etcd, and with it by all that it accepted. */
export interface MortalControlPlane {
  access: Access
  /** Path of a kubeconfig of its administrator. */
  kubeconfig: string
  /** SIGKILL to the API server. */
  killApiServer(): Promise<void>
  /** Starts the API server again, and resolves when it answers. */
  startApiServer(): Promise<void>
  stop(): Promise<void>
}

const readyLimitMs = 60_000

function run(name: string, assets: string, args: string[]): Running {
  const running = start(join(assets, name), args, { env: {} })
  // Unread output would stop it once the pipe is full.
  running.child.stdout?.resume()
  running.child.stderr?.resume()
  return running
}

/** Starts etcd and kube-apiserver of the folder `assets` on free loopback ports. */
export async function startMortalControlPlane(assets: string): Promise<MortalControlPlane> {
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-chaos-'))
  const remove = () => rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 })
  const forget = onExit(remove)
  const [etcdPort, peerPort, port] = [await freePort(), await freePort(), await freePort()]
  const etcdUrl = `http://127.0.0.1:${etcdPort}`
  const access = writeCredentials(dir, port)
  const etcd = run('etcd', assets, etcdArgs(dir, etcdUrl, `http://127.0.0.1:${peerPort}`))
  let apiServer: Running | undefined

  async function startApiServer(): Promise<void> {
    // What makes it ready at first, such as the roles, is there when it comes back: it serves
    // long before it calls itself ready on a machine that is busy.
    const awaited = [...(apiServer ? [] : ['/readyz']), '/api/v1/namespaces/default']
    apiServer = run('kube-apiserver', assets, apiServerArgs(dir, etcdUrl, port))
    for (const path of awaited)
      if (!(await eventually(() => isServed(path, access), readyLimitMs)))
        throw new UserError(
          `kube-apiserver in ${assets} does not answer after ${readyLimitMs / 1000} s`,
        )
  }
  async function stop(): Promise<void> {
    // The API server first: it would wait for an etcd that is gone.
    if (apiServer) await end(apiServer, 'SIGTERM', 10_000)
    await end(etcd, 'SIGTERM', 10_000)
    remove()
    forget()
  }

  const kubeconfig = join(dir, 'kubeconfig')
  try {
    await startApiServer()
    await writeKubeconfig(kubeconfig, access)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    access,
    kubeconfig,
    async killApiServer() {
      if (apiServer) await end(apiServer, 'SIGKILL')
    },
    startApiServer,
    stop,
  }
}
