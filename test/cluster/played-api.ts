import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import type { Test } from 'tap'
import type { Certificates } from '../../server/cluster/certificates.ts'
import { finalizer } from '../../server/cluster/coinflips.ts'
import { scratch } from '../lib/scratch.ts'

export const compositePath = '/apis/metacontroller.k8s.io/v1alpha1/compositecontrollers/coinflip'
export const secretPath = '/api/v1/namespaces/coinflip-system/secrets/coinflip-hook-tls'
const coinflips = '/apis/games.example.com/v1alpha1'

// biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes
type Stored = any

/** A few objects in memory behind an HTTP server that answers as an API server. */
export interface PlayedApi {
  url: string
  /** Folder with the token and the namespace of a service account. */
  account: string
  /** The objects by their paths. */
  objects: Map<string, Stored>
  /** The requests that changed something. */
  writes: string[]
  /** Answers a request instead of the server, with this code. */
  refuse?: (method: string, path: string) => number | undefined
}

function merge(target: Stored, patch: Stored): Stored {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch
  const merged = { ...target }
  for (const [key, value] of Object.entries(patch)) merged[key] = merge(merged[key], value)
  return merged
}

/** Removes our finalizer, the only JSON patch that is sent; an object in deletion is then gone. */
function removeFinalizer(objects: Map<string, Stored>, path: string, [test]: Stored[]): number {
  const { metadata } = objects.get(path)
  const index = Number(test.path.split('/').at(-1))
  if (metadata.finalizers[index] !== finalizer) return 422
  metadata.finalizers.splice(index, 1)
  if (metadata.deletionTimestamp && metadata.finalizers.length === 0) objects.delete(path)
  return 200
}

/** The code and the body of an answer; text is sent as such. */
async function answer(
  played: PlayedApi,
  request: IncomingMessage,
): Promise<[number, object | string]> {
  const { method = '', headers } = request
  const { pathname: path, searchParams } = new URL(request.url ?? '', played.url)
  const body: Stored = method === 'PATCH' ? await json(request) : undefined
  const { objects } = played
  if (headers.authorization !== 'Bearer token-of-the-pod') return [401, { message: 'Unauthorized' }]
  const refused = played.refuse?.(method, path)
  if (refused) return [refused, { message: `refused with ${refused}` }]
  if (path === `${coinflips}/coinflips`)
    return [
      200,
      {
        metadata: {},
        items: [...objects].flatMap(([at, it]) => (at.startsWith(coinflips) ? [it] : [])),
      },
    ]
  const isApply = headers['content-type'] === 'application/apply-patch+yaml'
  // As for a group whose CRDs are not installed.
  if (!objects.has(path) && !isApply) return [404, '404 page not found\n']
  if (method === 'GET') return [200, objects.get(path)]
  if (searchParams.has('dryRun')) return [200, {}]
  played.writes.push(`${method} ${path}`)
  if (method === 'DELETE') return [objects.delete(path) ? 200 : 404, {}]
  if (Array.isArray(body)) return [removeFinalizer(objects, path, body), {}]
  objects.set(path, merge(objects.get(path), body))
  return [200, {}]
}

/** Starts it on loopback, until the end of the test. */
export async function startPlayedApi(
  t: Test,
  stored: Record<string, object>,
  tls?: Certificates,
): Promise<PlayedApi> {
  const account = join(await scratch(t), 'account')
  mkdirSync(account)
  writeFileSync(join(account, 'token'), 'token-of-the-pod\n')
  writeFileSync(join(account, 'namespace'), 'coinflip-system')
  const objects = new Map(Object.entries(structuredClone(stored)))
  const played: PlayedApi = { url: '', account, objects, writes: [] }
  const server = tls ? createTlsServer(tls) : createServer()
  server.on('request', async (request, response) => {
    const [code, body] = await answer(played, request)
    response.writeHead(code).end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo
  played.url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`
  return played
}

/** A CompositeController whose hooks have these URLs. */
export function compositeAt(url: string): Stored {
  const hook = (name: string) => ({ version: 'v2', webhook: { url: `${url}/${name}` } })
  return {
    metadata: { name: 'coinflip' },
    spec: { hooks: { sync: hook('sync'), finalize: hook('finalize') } },
  }
}

/** CoinFlips by their paths; those in `deleting` are in deletion. */
export function coinflipsAt(names: readonly string[], deleting: readonly string[] = []) {
  const entries = names.map((name) => {
    const finalizers = ['example.com/other', finalizer]
    const deletion = deleting.includes(name) ? { deletionTimestamp: '2026-11-29T10:00:00Z' } : {}
    const metadata = { name, namespace: 'default', finalizers, ...deletion }
    return [`${coinflips}/namespaces/default/coinflips/${name}`, { metadata }] as const
  })
  return Object.fromEntries(entries)
}
