import http from 'node:http'
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2'
import https from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'
import { type Call, type Served, summarize } from '../calls.ts'
import { recorded } from '../recorded.ts'
import type { Protocol, Target } from './caller.ts'

/** Timeout of Metacontroller. */
const answerLimitMs = 10_000
const paceMs = 100

const body = Buffer.from(JSON.stringify(recorded('sync-fourth-tail').body))
const headers = { 'content-type': 'application/json', 'content-length': body.length }

/** A well-behaved caller, which keeps connections as Go's client does. */
export interface Client {
  /** Makes a call; answers its status, or the code of its error. */
  call(limitMs?: number): Promise<string>
  close(): void
}

const late = 'no response in time'

function codeOf(error: Error): string {
  const { code, name } = error as NodeJS.ErrnoException
  return code === 'ABORT_ERR' ? late : (code ?? name)
}

function overHttp1({ url, ca }: Target): Client {
  const { request, Agent } = url.startsWith('https') ? https : http
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 2, ca })
  return {
    call: (limitMs = answerLimitMs) =>
      new Promise((resolve) => {
        const signal = AbortSignal.timeout(limitMs)
        const options = { method: 'POST', agent, headers, signal }
        const call = request(`${url}/sync`, options, (response) => {
          response.on('error', (error) => resolve(codeOf(error)))
          response.on('end', () => resolve(String(response.statusCode))).resume()
        })
        call.on('error', (error) => resolve(codeOf(error))).end(body)
      }),
    close: () => agent.destroy(),
  }
}

/** All calls share a session until GOAWAY. */
function overHttp2({ url, ca }: Target): Client {
  let session: ClientHttp2Session | undefined
  const openSession = () => {
    if (session && !session.closed && !session.destroyed) return session
    const next = connectHttp2(url, { ca })
    const forget = () => {
      if (session === next) session = undefined
    }
    session = next.on('error', forget).on('goaway', forget).on('close', forget)
    return next
  }
  return {
    call: (limitMs = answerLimitMs) =>
      new Promise((resolve) => {
        const place = { ':method': 'POST', ':path': '/sync' }
        const stream = openSession().request({ ...place, ...headers })
        const timer = setTimeout(() => {
          resolve(late)
          stream.destroy()
        }, limitMs)
        let status = 'no response'
        stream.on('response', (answer) => {
          status = String(answer[':status'])
        })
        stream.on('error', (error) => resolve(codeOf(error)))
        stream.on('close', () => {
          clearTimeout(timer)
          resolve(stream.rstCode === 0 ? status : `reset ${stream.rstCode}`)
        })
        stream.resume().end(body)
      }),
    close: () => session?.destroy(),
  }
}

export function openClient(target: Target, protocol: Protocol): Client {
  return protocol === 'HTTP/2' ? overHttp2(target) : overHttp1(target)
}

/** Calls every 100 ms, whatever becomes of the calls before, until it is stopped. */
export function callSteadily(client: Client): { readonly calls: number; stop(): Promise<Served> } {
  const calls: Promise<Call>[] = []
  const timer = setInterval(() => {
    const from = performance.now()
    calls.push(client.call().then((outcome) => ({ outcome, ms: performance.now() - from })))
  }, paceMs)
  return {
    get calls() {
      return calls.length
    },
    async stop() {
      clearInterval(timer)
      return summarize(await Promise.all(calls))
    },
  }
}

const requiredInARow = 3
const oneLimitMs = 2_000

/** Time until three calls in a row are answered; undefined beyond the limit. */
export async function untilServed(client: Client, limitMs: number): Promise<number | undefined> {
  const start = performance.now()
  for (let served = 0; served < requiredInARow; ) {
    served = (await client.call(oneLimitMs)) === '200' ? served + 1 : 0
    if (performance.now() - start > limitMs) return undefined
    if (served === 0) await delay(paceMs)
  }
  return performance.now() - start
}
