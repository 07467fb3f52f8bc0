import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import {
  apiVersion,
  type CoinFlip,
  type CoinFlipStatus,
  kind,
  plural,
} from '../../../server/domain/coinflip.ts'
import { coinFlips as declared } from '../../../server/hook/controller.ts'
import { finalizerOf, type KubeObject } from '../../../server/metacontroller/index.ts'
import { faces } from '../coinflip.ts'
import type { Access } from './api-server.ts'

/** A CoinFlip as the API server stores it, in short. */
export interface ObservedCoinFlip {
  uid: string
  name: string
  generation: number
  deleting: boolean
  /** Its flips as letters, as in HTTT. */
  letters: string
  status?: CoinFlipStatus | undefined
}

/** A response of the API server; `code` is 0 without one, so that the result is not known. */
export interface Reply {
  code: number
  // biome-ignore lint/suspicious/noExplicitAny: objects, lists and statuses of Kubernetes
  body: any
}

/** Requests about CoinFlips of the namespace `default`, over connections that are kept. */
export type CoinFlips = ReturnType<typeof openCoinFlips>

interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  object: CoinFlip
}

const limitMs = 30_000
const base = `/apis/${apiVersion}/namespaces/default/${plural}`

/** Reads an object of the API server. */
export function observedFrom({ metadata, spec, status }: CoinFlip): ObservedCoinFlip {
  const { uid, name, generation = 0, deletionTimestamp } = metadata
  const letters = spec.flips.map((face) => face.charAt(0)).join('')
  const deleting = deletionTimestamp !== undefined
  return { uid, name, generation, deleting, letters, status: status as ObservedCoinFlip['status'] }
}

/** Builds the object as Metacontroller sends it. */
export function coinFlipFrom(observed: ObservedCoinFlip): KubeObject {
  const { uid, name, generation, deleting, letters, status } = observed
  const finalizers = [finalizerOf(declared)]
  const deletion = deleting ? { deletionTimestamp: '2026-11-22T12:00:00Z' } : {}
  const metadata = { namespace: 'default', name, uid, generation, finalizers, ...deletion }
  return { apiVersion, kind, metadata, spec: { flips: faces(letters) }, ...(status && { status }) }
}

/** Opens a client with the rights of an administrator. */
export function openCoinFlips({ url, token, caFile }: Access) {
  const authorization = `Bearer ${token}`
  setDefaultCACertificates([...getCACertificates(), readFileSync(caFile, 'utf8')])
  return {
    async send(
      method: string,
      path: string,
      body?: object,
      type = 'application/json',
    ): Promise<Reply> {
      try {
        const response = await fetch(`${url}${base}${path}`, {
          method,
          headers: { authorization, 'content-type': type },
          body: body ? JSON.stringify(body) : null,
          signal: AbortSignal.timeout(limitMs),
        })
        return { code: response.status, body: await response.json() }
      } catch {
        return { code: 0, body: {} }
      }
    },
    /** Watches changes from a resource version on, until the connection ends. */
    async follow(resourceVersion: string, hear: (event: WatchEvent) => void): Promise<void> {
      const query = `?watch=1&allowWatchBookmarks=true&resourceVersion=${resourceVersion}`
      try {
        const { body } = await fetch(`${url}${base}${query}`, { headers: { authorization } })
        let rest = ''
        for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) {
          const lines = (rest + part).split('\n')
          rest = lines.pop() ?? ''
          for (const line of lines) hear(JSON.parse(line))
        }
      } catch {
        // The API server was killed, which is one of the faults.
      }
    },
  }
}
