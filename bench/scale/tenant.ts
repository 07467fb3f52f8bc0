import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from '../../hack/lib/user-error.ts'
import type { ServiceAccount } from '../operator/service-account.ts'

/** Milliseconds that requests took. */
export interface TenantDelays {
  list: number[]
  write: number[]
}

const perSecond = 20
const configMaps = 20

/** Writes and lists ConfigMaps of its namespace in turn, at a steady rate whatever that takes. */
export function startTenant({ url, token, namespace }: ServiceAccount) {
  const delays: TenantDelays = { list: [], write: [] }
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const base = `${url}/api/v1/namespaces/${namespace}/configmaps`
  async function request(delaysMs: number[], path: string, init: RequestInit = {}): Promise<void> {
    const from = performance.now()
    const response = await fetch(base + path, { headers, ...init })
    await response.arrayBuffer()
    if (!response.ok) throw new UserError(`the API server refused a tenant: ${response.status}`)
    delaysMs.push(performance.now() - from)
  }
  function write(i: number): Promise<void> {
    const metadata = { name: `tenant-${i % configMaps}` }
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { writes: String(i) } }
    const body = JSON.stringify(object)
    if (i < configMaps) return request(delays.write, '', { method: 'POST', body })
    return request(delays.write, `/${metadata.name}`, { method: 'PUT', body })
  }
  let isStopped = false
  async function run(): Promise<void> {
    const requests: Promise<void>[] = []
    const begun = performance.now()
    for (let i = 0; !isStopped; i++) {
      requests.push(i % 2 === 0 ? write(i / 2) : request(delays.list, ''))
      await delay(Math.max(0, begun + ((i + 1) * 1000) / perSecond - performance.now()))
    }
    await Promise.all(requests)
  }
  const running = run()
  return {
    /** Resolves to the delays when all requests are answered. */
    async stop(): Promise<TenantDelays> {
      isStopped = true
      await running
      return delays
    },
  }
}
