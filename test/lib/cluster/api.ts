import { once } from 'node:events'
import { request } from 'node:http'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
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

  async function send<Body>(method: string, path: string, body: unknown, type: string) {
    const headers = { host: 'localhost', 'content-type': type }
    const sent = request({ socketPath, method, path, headers, timeout: 30_000 })
    sent.on('timeout', () => sent.destroy(new Error(`${method} ${path}: no response`)))
    sent.end(body === undefined ? undefined : JSON.stringify(body))
    const [response] = await once(sent, 'response')
    const isJson = `${response.headers['content-type']}`.startsWith('application/json')
    const text = isJson ? await json(response) : { message: (await response.toArray()).join('') }
    return { code: response.statusCode, body: text } as Answer<Body>
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
