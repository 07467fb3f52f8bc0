import type { Controller } from '../declaration.ts'
import type { KubeObject } from '../kube.ts'
import { isValues, type Values } from './values.ts'

export type HookName = 'sync' | 'finalize' | 'customize'

/** The result of a call, as Metacontroller takes it. */
export type CallResult<Answer = Values> =
  | { kind: 'answered'; answer: Answer }
  /** 429: the call is repeated after that time, and counts as no failure. */
  | { kind: 'busy'; afterMs: number }
  | { kind: 'failed'; why: string }

/** Calls a hook with a body; `about` is the object that the call is about. */
export type CallHook = (hook: HookName, body: object, about: KubeObject) => Promise<CallResult>

/** An HTTP response as far as Metacontroller reads it. */
export interface HookResponse {
  code: number
  retryAfter?: string | null | undefined
  text: string
}

const common = ['status', 'resyncAfterSeconds', 'finalized']
const fields = {
  CompositeController: [...common, 'children'],
  DecoratorController: [...common, 'labels', 'annotations', 'attachments'],
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads a Retry-After header; a fraction counts as 0, which is at once. */
function readRetryAfter(value: string | null | undefined, nowMs: number): number {
  if (!value) return 0
  if (/^\d+$/.test(value)) return Number(value) * 1000
  return Math.max(0, Date.parse(value) - nowMs) || 0
}

/** Reads a response as strictly as Metacontroller reads those of hooks of version v2. */
export function readResponse(
  type: Controller['type'],
  hook: HookName,
  { code, retryAfter, text }: HookResponse,
  nowMs = Date.now(),
): CallResult {
  if (code === 429) return { kind: 'busy', afterMs: readRetryAfter(retryAfter, nowMs) }
  const answer = parse(text)
  if (code !== 200) {
    const error = isValues(answer) && typeof answer.error === 'string' ? answer.error : text
    return { kind: 'failed', why: `${code} ${error}`.trim() }
  }
  if (!isValues(answer)) return { kind: 'failed', why: 'the response is no JSON object' }
  const known = hook === 'customize' ? ['relatedResources'] : fields[type]
  const unknown = Object.keys(answer).find((field) => !known.includes(field))
  if (unknown !== undefined) return { kind: 'failed', why: `unknown field ${unknown}` }
  return { kind: 'answered', answer }
}

/** The default time limit of Metacontroller. */
const limitMs = 10_000

/** Calls a hook over HTTP. */
export async function postHook(
  url: string,
  body: object,
  hook: HookName = 'sync',
  type: Controller['type'] = 'CompositeController',
): Promise<CallResult> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(limitMs),
    })
    const retryAfter = response.headers.get('retry-after')
    const { status: code } = response
    return readResponse(type, hook, { code, retryAfter, text: await response.text() })
  } catch (error) {
    const { cause } = error as Error & { cause?: Error & { code?: string } }
    const why = `${url} does not answer (${cause?.code ?? cause?.message ?? error})`
    return { kind: 'failed', why }
  }
}

/** Calls the hooks at a base URL over HTTP. */
export function callOver(url: string, type?: Controller['type']): CallHook {
  return (hook, body) => postHook(`${url}/${hook}`, body, hook, type)
}

/** Builds a call about an object alone, without children and related objects. */
export function buildCall(
  controller: Controller,
  object: KubeObject,
): { hook: HookName; body: object } {
  const isComposite = controller.type === 'CompositeController'
  const finalizing = controller.finalize === true && object.metadata.deletionTimestamp !== undefined
  const body = {
    controller: {},
    [isComposite ? 'parent' : 'object']: object,
    [isComposite ? 'children' : 'attachments']: {},
    related: {},
    finalizing,
  }
  return { hook: finalizing ? 'finalize' : 'sync', body }
}

/** The part of a Fastify app that calls need: a request that does not go over a network. */
export interface Injectable {
  inject(request: { method: 'POST'; url: string; payload: object }): PromiseLike<{
    statusCode: number
    headers: Record<string, unknown>
    body: string
  }>
}

/** Calls the hooks of an app, under the prefix that they are registered with. */
export function callApp(app: Injectable, type: Controller['type'], prefix = ''): CallHook {
  return async (hook, body) => {
    const url = `${prefix}/${hook}`
    const {
      statusCode,
      headers,
      body: text,
    } = await app.inject({
      method: 'POST',
      url,
      payload: body,
    })
    const retryAfter = headers['retry-after'] as string | undefined
    return readResponse(type, hook, { code: statusCode, retryAfter, text })
  }
}
