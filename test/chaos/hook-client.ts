import http from 'node:http'
import https from 'node:https'
import type { HookResponse as Body } from '../../hack/lib/hook.ts'
import { apiVersion, kind } from '../../server/domain/coinflip.ts'
import { faces } from '../lib/coinflip.ts'
import type { ObservedCoinFlip } from '../lib/plane/coinflips.ts'

/** The result of a call. */
export type CallResult =
  | { kind: 'answered'; body: Body }
  /** 429: to be repeated after that time, which does not count as a failure. */
  | { kind: 'busy'; afterMs: number }
  | { kind: 'failed'; why: string }

/** A client of the hooks with the connections of Go's client: at most two idle ones are kept. */
export interface HookClient {
  call(parent: ObservedCoinFlip): Promise<CallResult>
  /** Closes all connections; pending calls fail here, and go on in the service. */
  close(): void
}

const known = ['status', 'children', 'resyncAfterSeconds', 'finalized']
const finalizers = ['metacontroller.io/compositecontroller-coinflip']

function bodyOf({ uid, name, generation, deleting, letters, status }: ObservedCoinFlip): string {
  const deletion = deleting ? { deletionTimestamp: '2026-11-22T12:00:00Z' } : {}
  const metadata = { namespace: 'default', name, uid, generation, finalizers, ...deletion }
  const parent = {
    apiVersion,
    kind,
    metadata,
    spec: { flips: faces(letters) },
    ...(status && { status }),
  }
  return JSON.stringify({
    controller: {},
    parent,
    children: {},
    related: {},
    finalizing: deleting,
  })
}

function resultOf(code: number, retryAfter: string | undefined, text: string): CallResult {
  if (code === 429) return { kind: 'busy', afterMs: Number(retryAfter ?? 0) * 1000 }
  if (code !== 200) return { kind: 'failed', why: `${code} ${text}` }
  try {
    const body = JSON.parse(text) as Body
    const unknown = Object.keys(body).find((field) => !known.includes(field))
    if (unknown) return { kind: 'failed', why: `unknown field ${unknown}` }
    return { kind: 'answered', body }
  } catch {
    return { kind: 'failed', why: 'the response is not JSON' }
  }
}

/** Opens a client; `ca` is the certificate authority of hooks that are served over https. */
export function openHookClient(url: string, limitMs: number, ca?: string): HookClient {
  const pool = { keepAlive: true, maxFreeSockets: 2 }
  const agent = ca === undefined ? new http.Agent(pool) : new https.Agent({ ...pool, ca })
  const { request } = ca === undefined ? http : https
  const headers = { 'content-type': 'application/json' }
  return {
    call(parent) {
      const { promise, resolve } = Promise.withResolvers<CallResult>()
      const path = parent.deleting ? '/finalize' : '/sync'
      const call = request(`${url}${path}`, { method: 'POST', agent, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part) => {
          text += part
        })
        response.on('end', () =>
          resolve(resultOf(response.statusCode ?? 0, response.headers['retry-after'], text)),
        )
        response.on('error', ({ message }) => resolve({ kind: 'failed', why: message }))
      })
      // Like Go it gives up by closing the connection; the service may go on.
      const timer = setTimeout(() => call.destroy(new Error('no response in time')), limitMs)
      call.on('error', ({ message }) => resolve({ kind: 'failed', why: message }))
      call.end(bodyOf(parent))
      return promise.finally(() => clearTimeout(timer))
    },
    close: () => agent.destroy(),
  }
}
