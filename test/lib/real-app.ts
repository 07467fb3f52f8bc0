import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import type { Test } from 'tap'
import { buildApp } from '../../server/app/app.ts'
import { createMetrics } from '../../server/app/metrics.ts'
import type { HookContext } from '../../server/hook/context.ts'

/** The service's own app with its default limits, around the given hooks; it does not listen. */
export async function realApp(t: Test, context: HookContext) {
  const metrics = createMetrics()
  const lines: string[] = []
  const app = await buildApp({
    context,
    metrics,
    log: pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) }),
    limits: { bodyBytes: 4_194_304, calls: 256, totalBytes: 33_554_432, delayMs: 60_000 },
    sessionAgeMs: 60_000,
  })
  t.teardown(() => app.close())
  return { app, metrics, lines }
}

/** POSTs a call and returns status code, headers and parsed body. */
export async function post(app: FastifyInstance, url: string, call: unknown, headers = {}) {
  const payload = typeof call === 'string' ? call : JSON.stringify(call)
  const all = { 'content-type': 'application/json', ...headers }
  const response = await app.inject({ method: 'POST', url, headers: all, payload })
  return { code: response.statusCode, headers: response.headers, body: response.json() }
}
