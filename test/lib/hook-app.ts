import fastify, { type FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import {
  buildServerOptions,
  type Controller,
  createGate,
  type HooksOf,
  metacontrollerHooks,
} from '../../server/metacontroller/index.ts'

export const limits = { bodyBytes: 1_000_000, calls: 10, totalBytes: 10_000_000, delayMs: 60_000 }

/** An app of a test, and the lines that it has logged. */
export interface HookApp {
  app: FastifyInstance
  lines: string[]
  /** Calls a hook; resolves to the code and the answer. */
  call(path: string, body: unknown): Promise<{ code: number; answer: Record<string, unknown> }>
}

/** Builds an app with the hooks of a controller, which ends with the test. */
export async function hookApp<C extends Controller>(
  t: Test,
  controller: C,
  hooks: HooksOf<C>,
  prefix = '',
): Promise<HookApp> {
  const lines: string[] = []
  const app = fastify({
    ...buildServerOptions({ bodyBytes: limits.bodyBytes, sessionAgeMs: 60_000 }),
    logger: { level: 'warn', stream: { write: (line: string) => void lines.push(line) } },
  })
  t.teardown(() => app.close())
  const options = { ...hooks, gate: createGate(limits) } as Parameters<
    typeof metacontrollerHooks<C>
  >[1]
  await app.register(metacontrollerHooks(controller, options), { prefix })
  return {
    app,
    lines,
    async call(path, body) {
      const response = await app.inject({ method: 'POST', url: path, payload: body as object })
      return { code: response.statusCode, answer: response.json() }
    },
  }
}
