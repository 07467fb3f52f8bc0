import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { Agent, type RequestOptions, request } from 'node:https'
import type { PlayedCoinFlip } from '../../../hack/lib/played-metacontroller.ts'
import { apiVersion, type CoinFlip, plural } from '../../../server/domain/coinflip.ts'
import type { Access } from './api-server.ts'

/** A CoinFlip as the API server stores it. */
export type ObservedCoinFlip = PlayedCoinFlip

/** A response of the API server; `code` is 0 without one, so that the result is not known. */
export interface Reply {
  code: number
  // biome-ignore lint/suspicious/noExplicitAny: objects, lists and statuses of Kubernetes
  body: any
}

/** Requests about CoinFlips of the namespace `default`, over connections that are kept. */
export interface CoinFlips {
  send(method: string, path: string, body?: object, type?: string): Promise<Reply>
  /** Watches changes from a resource version on, until the connection ends. */
  follow(resourceVersion: string, hear: (event: WatchEvent) => void): Promise<void>
  close(): void
}

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  object: CoinFlip
}

const base = `/apis/${apiVersion}/namespaces/default/${plural}`

/** Reads an object of the API server. */
export function observedFrom({ metadata, spec, status }: CoinFlip): ObservedCoinFlip {
  const { uid, name, generation = 0, deletionTimestamp } = metadata
  const letters = spec.flips.map((face) => face.charAt(0)).join('')
  const deleting = deletionTimestamp !== undefined
  return { uid, name, generation, deleting, letters, status: status as ObservedCoinFlip['status'] }
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of response.setEncoding('utf8')) text += part
  return text
}

export function openCoinFlips({ url, token, caFile }: Access): CoinFlips {
  const agent = new Agent({ keepAlive: true, ca: readFileSync(caFile) })
  const authorization = `Bearer ${token}`

  function open(path: string, options: RequestOptions, body?: string): Promise<IncomingMessage> {
    const headers = { authorization, ...options.headers }
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const call = request(`${url}${base}${path}`, { ...options, agent, headers }, resolve)
    call.on('error', reject)
    call.end(body)
    return promise
  }

  return {
    async send(method, path, body, type = 'application/json') {
      const headers = body ? { 'content-type': type } : {}
      const text = body && JSON.stringify(body)
      try {
        const response = await open(path, { method, headers, timeout: 30_000 }, text)
        return { code: response.statusCode ?? 0, body: JSON.parse(await textOf(response)) }
      } catch {
        return { code: 0, body: {} }
      }
    },
    async follow(resourceVersion, hear) {
      const query = `?watch=1&allowWatchBookmarks=true&resourceVersion=${resourceVersion}`
      try {
        const response = await open(query, { method: 'GET' })
        let rest = ''
        for await (const part of response.setEncoding('utf8')) {
          const lines = (rest + part).split('\n')
          rest = lines.pop() ?? ''
          for (const line of lines) hear(JSON.parse(line))
        }
      } catch {
        // The API server was killed, which is one of the faults.
      }
    },
    close: () => agent.destroy(),
  }
}
