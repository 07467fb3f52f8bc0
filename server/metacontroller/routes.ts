import type { TSchema } from 'typebox'
import {
  buildAnswerSchemas,
  buildCallSchema,
  buildSyncSchema,
  CustomizeAnswer,
} from './contract.ts'
import { listRules } from './customize.ts'
import { AnswerError, listDesired, type Owner } from './desired.ts'
import type { KubeObject } from './kube.ts'
import { type Kinds, readObjects, type SentObjects } from './objects.ts'

export type Awaitable<T> = T | Promise<T>

/** One of the hooks as a route: its schemas, and what it does with a body. */
export interface HookRoute {
  path: '/sync' | '/finalize' | '/customize'
  summary: string
  body: TSchema
  answer: TSchema
  /** Calls the hook with a body that matches the schema. */
  call(body: unknown): Awaitable<object>
  /** Answers a body that does not match, of any shape; undefined refuses it. */
  callInvalid?: ((body: unknown) => object | undefined) | undefined
}

/** The functions behind the hooks, of any controller. */
export interface AnyHooks {
  sync(call: object): Awaitable<object>
  finalize?: ((call: object) => Awaitable<object>) | undefined
  finalizeInvalid?: ((parent: unknown) => unknown) | undefined
  customize?: ((call: object) => Awaitable<object>) | undefined
}

/** Whole calls to show in the OpenAPI description. */
export interface Examples {
  sync?: unknown
  finalize?: unknown
  customize?: unknown
}

/** In what the hooks of a CompositeController and a DecoratorController differ. */
export interface Shape {
  /** The field of the object that a call is about. */
  subject: 'parent' | 'object'
  /** The field of its children, in calls and answers. */
  children: 'children' | 'attachments'
  /** Schema of the object that a call is about. */
  schema: TSchema
  /** Schemas of the other fields of an answer. */
  answer: Record<string, TSchema>
  childKinds: Kinds | undefined
  related: Kinds | undefined
  finalize: boolean
}

type Body = Partial<Record<Shape['children'] | 'related', SentObjects>> &
  Record<Shape['subject'], KubeObject> & { finalizing?: boolean }

/** What is kept of an object while its hook runs; a body can be 100 MB of objects. */
function ownerOf({ metadata }: { metadata?: Partial<Owner> }): Owner {
  return { namespace: metadata?.namespace, uid: metadata?.uid }
}

/** Builds the routes of the hooks that a controller declares. */
export function buildRoutes(shape: Shape, hooks: AnyHooks, examples: Examples = {}): HookRoute[] {
  const { subject, children, schema, childKinds, related } = shape
  const answers = buildAnswerSchemas(shape.answer, children)
  const buildBody = (example: unknown) => buildSyncSchema({ [subject]: schema }, children, example)

  async function toAnswer(pending: Awaitable<object> | undefined, owner: Owner) {
    const answer = (await pending) as Record<string, unknown> | null | undefined
    if (!answer) throw new AnswerError('there is no answer')
    return { ...answer, [children]: listDesired(childKinds, answer[children], owner) }
  }
  // Not async: a function that waits keeps its parameters, and with them the whole body.
  const caller = (hook: AnyHooks['finalize']) => (body: unknown) => {
    const sent = body as Body
    const object = sent[subject]
    const owner = ownerOf(object)
    const call = {
      [subject]: object,
      [children]: readObjects(childKinds, sent[children], owner.namespace),
      related: readObjects(related, sent.related, owner.namespace),
      finalizing: sent.finalizing === true,
    }
    return toAnswer(hook?.(call), owner)
  }
  const toRules = async (pending: Awaitable<object> | undefined) => ({
    relatedResources: listRules(related, await pending),
  })

  const routes: HookRoute[] = [
    {
      path: '/sync',
      summary: 'Answers with the status.',
      body: buildBody(examples.sync),
      answer: answers.sync,
      call: caller(hooks.sync),
    },
  ]
  if (shape.finalize)
    routes.push({
      path: '/finalize',
      summary: 'Answers with the status of an object in deletion, and whether it may be deleted.',
      body: buildBody(examples.finalize),
      answer: answers.finalize,
      call: caller(hooks.finalize),
      callInvalid(body) {
        const last = hooks.finalizeInvalid?.((body as Partial<Body> | null)?.[subject])
        if (last === undefined) return undefined
        const fields = subject === 'parent' ? { status: last } : (last as object)
        return { ...fields, [children]: [], finalized: true }
      },
    })
  if (related)
    routes.push({
      path: '/customize',
      summary: 'Answers with rules that select the related objects.',
      // Metacontroller calls it `parent` for a DecoratorController too.
      body: buildCallSchema({ parent: schema }, examples.customize),
      answer: CustomizeAnswer,
      call: (body) => toRules(hooks.customize?.({ [subject]: (body as Body).parent })),
    })
  return routes
}
