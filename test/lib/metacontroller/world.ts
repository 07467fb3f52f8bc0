import fastify, { type FastifyInstance } from 'fastify'
import {
  buildServerOptions,
  type Controller,
  createGate,
  type KubeObject,
} from '../../../server/metacontroller/index.ts'
import { scenarioHooks } from './controllers.ts'

/** A call of a hook, as it arrived. */
export interface RecordedCall {
  controller: string
  hook: string
  body: Record<string, unknown>
  /** What was answered, once it was. */
  answer?: unknown
}

/** An app with the hooks of all controllers of the scenarios, under their names, and its calls. */
export interface ScenarioApp {
  app: FastifyInstance
  controllers: readonly Controller[]
  calls: RecordedCall[]
}

const limits = { bodyBytes: 1_000_000, calls: 100, totalBytes: 10_000_000, delayMs: 60_000 }

/** Builds the app, which does not listen yet. */
export async function buildScenarioApp(): Promise<ScenarioApp> {
  const calls: RecordedCall[] = []
  const app = fastify(buildServerOptions({ bodyBytes: limits.bodyBytes, sessionAgeMs: 60_000 }))
  const pending = new WeakMap<object, RecordedCall>()
  app.addHook('preValidation', async (request) => {
    const [, controller = '', hook = ''] = request.url.split('/')
    const body = structuredClone(request.body) as RecordedCall['body']
    pending.set(request, { controller, hook, body })
  })
  app.addHook('onSend', async (request, _, payload) => {
    const call = pending.get(request)
    if (call) calls.push({ ...call, answer: JSON.parse(String(payload)) })
  })
  const controllers: Controller[] = []
  for (const { controller, plugin } of scenarioHooks({ gate: createGate(limits) })) {
    await app.register(plugin, { prefix: `/${controller.name}` })
    controllers.push(controller)
  }
  return { app, controllers, calls }
}

/** Objects of the scenarios in a cluster, real or simulated, whose Metacontroller calls the app. */
export interface World {
  create(object: KubeObject): Promise<void>
  /** Changes an object by a JSON merge patch. */
  patch(kind: string, name: string, patch: object, namespace?: string): Promise<void>
  delete(kind: string, name: string, namespace?: string): Promise<void>
  list(kind: string): Promise<KubeObject[]>
  /** Resolves when Metacontroller has called about each object as it is now. */
  settle(): Promise<void>
}
