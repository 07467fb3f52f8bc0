import { readFileSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import { setDefaultCACertificates } from 'node:tls'
import { findErrorCode } from '../lib/error-code.ts'

/** What a command came to, in a line. */
export type Outcome = { done: string } | { fault: string }

/** An answer of the API server; `code` is 0 where there was none. */
// biome-ignore lint/suspicious/noExplicitAny: each kind of object has another shape
export type Answer = { body: any } | { code: number; fault: string }

/** The API server, with the rights of one service account. */
export interface Api {
  /** Namespace of that account. */
  namespace: string
  call(method: string, path: string, options?: RequestOptions): Promise<Answer>
}

interface RequestOptions {
  body?: unknown
  /** Media type of the body. */
  type?: string
  /** Media type of the answer. */
  accept?: string
}

const timeoutMs = 10_000

/** The message of a Status; the API server writes plain text about a group that it does not know. */
function messageIn(text: string): string {
  try {
    return JSON.parse(text).message
  } catch {
    return text.trim()
  }
}

/** Calls the API server at `url` as the account whose token and namespace are in `folder`. */
export function openApi(url: string, folder: string): Api {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8').trim()
  return {
    namespace: read('namespace'),
    async call(
      method,
      path,
      { body, type = 'application/json', accept = 'application/json' } = {},
    ) {
      try {
        const response = await fetch(new URL(path, url), {
          method,
          // The kubelet renews the token every hour.
          headers: { authorization: `Bearer ${read('token')}`, accept, 'content-type': type },
          body: body === undefined ? null : JSON.stringify(body),
          signal: AbortSignal.timeout(timeoutMs),
        })
        const text = await response.text()
        if (response.ok) return { body: JSON.parse(text) }
        return { code: response.status, fault: `${method} ${path}: ${messageIn(text)}` }
      } catch (error) {
        const cause = findErrorCode(error) ?? String(error)
        return { code: 0, fault: `${method} ${path}: no answer of the API server (${cause})` }
      }
    },
  }
}

/** The API server of the cluster that this pod runs in. */
export function openPodApi(folder: string, env: NodeJS.ProcessEnv): Api | { fault: string } {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env
  if (!host || !port) return { fault: 'KUBERNETES_SERVICE_HOST is not set: this is no pod' }
  try {
    setDefaultCACertificates([readFileSync(join(folder, 'ca.crt'), 'utf8')])
    return openApi(`https://${isIPv6(host) ? `[${host}]` : host}:${port}`, folder)
  } catch (error) {
    return {
      fault: `the token of the service account is not in ${folder} (${findErrorCode(error)})`,
    }
  }
}
