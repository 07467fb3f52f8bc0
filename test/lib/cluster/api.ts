import { once } from 'node:events'
import { request } from 'node:http'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { startDaemon } from '../../../hack/lib/daemon.ts'
import type { Kubectl } from './kubectl.ts'

/** A response of the API server; `body` is a Status unless it is a success. */
export interface Answer<Body = Record<string, unknown>> {
  code: number
  body: Body & { message?: string }
}

/** The API server without the start-up time of kubectl, for repeated requests. */
export type Api = Awaited<ReturnType<typeof openApi>>

/**
 * Starts `kubectl proxy`, which supports every kind of login of a kubeconfig, on a Unix socket in
 * `dir`, to which nobody else on the machine has access.
 */
export async function openApi(binary: string, kubectl: Kubectl, dir: string) {
  const socketPath = join(dir, 'api.sock')
  const proxy = await startDaemon({
    name: 'kubectl proxy',
    command: binary,
    args: ['proxy', `--unix-socket=${socketPath}`],
    env: kubectl.env,
    isReady: (lines) => lines.some((line) => line.startsWith('Starting to serve')),
  })

  async function sendOnce<Body>(method: string, path: string, body: unknown, type: string) {
    const headers = { host: 'localhost', 'content-type': type }
    const sent = request({ socketPath, method, path, headers, timeout: 30_000 })
    sent.on('timeout', () => sent.destroy(new Error(`${method} ${path}: no response`)))
    sent.end(body === undefined ? undefined : JSON.stringify(body))
    const [response] = await once(sent, 'response')
    const isJson = `${response.headers['content-type']}`.startsWith('application/json')
    const text = isJson ? await json(response) : { message: (await response.toArray()).join('') }
    const again = response.statusCode === 429 ? Number(response.headers['retry-after'] ?? 0) : 0
    return { answer: { code: response.statusCode, body: text } as Answer<Body>, again }
  }

  /**
   * Repeats a request that the API server puts off, as clients of Go do: since Kubernetes 1.37 it
   * lists objects of a new CRD only once its cache has them.
   */
  async function send<Body>(...request: readonly [string, string, unknown, string]) {
    for (;;) {
      const { answer, again } = await sendOnce<Body>(...request)
      if (again === 0) return answer
      await delay(again * 1_000)
    }
  }
  return {
    call: <Body>(method: string, path: string, body?: unknown) =>
      send<Body>(method, path, body, 'application/json'),
    /** A JSON patch if it is a list, else a merge patch. */
    patch: <Body>(path: string, patch: object) => {
      const kind = Array.isArray(patch) ? 'json' : 'merge'
      return send<Body>('PATCH', path, patch, `application/${kind}-patch+json`)
    },
    close: async () => void (await proxy.stop()),
  }
}
