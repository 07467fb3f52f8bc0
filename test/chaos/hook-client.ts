import http from 'node:http'
import https from 'node:https'
import { type CallHook, readResponse } from '../../server/metacontroller/testing/index.ts'

/** A client of the hooks with the connections of Go's client: at most two idle ones are kept. */
export interface HookClient {
  call: CallHook
  /** Closes all connections; pending calls fail here, and go on in the service. */
  close(): void
}

/** Opens a client; `ca` is the certificate authority of hooks that are served over https. */
export function openHookClient(url: string, limitMs: number, ca?: string): HookClient {
  const pool = { keepAlive: true, maxFreeSockets: 2 }
  const agent = ca === undefined ? new http.Agent(pool) : new https.Agent({ ...pool, ca })
  const { request } = ca === undefined ? http : https
  const headers = { 'content-type': 'application/json' }
  return {
    call(hook, body) {
      const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<CallHook>>>()
      const fail = ({ message }: Error) => resolve({ kind: 'failed', why: message })
      const call = request(`${url}/${hook}`, { method: 'POST', agent, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part) => {
          text += part
        })
        const { statusCode: code = 0, headers } = response
        const retryAfter = headers['retry-after']
        response.on('end', () =>
          resolve(readResponse('CompositeController', hook, { code, retryAfter, text })),
        )
        response.on('error', fail)
      })
      // Like Go it gives up by closing the connection; the service may go on.
      const timer = setTimeout(() => call.destroy(new Error('no response in time')), limitMs)
      call.on('error', fail)
      call.end(JSON.stringify(body))
      return promise.finally(() => clearTimeout(timer))
    },
    close: () => agent.destroy(),
  }
}
