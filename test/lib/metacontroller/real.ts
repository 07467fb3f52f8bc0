import { waitFor } from '../../../hack/lib/wait-for.ts'
import type { Controller, KubeObject } from '../../../server/metacontroller/index.ts'
import { isEqual, placeOf } from '../../../server/metacontroller/testing/index.ts'
import { matchesRule, type RelatedRule } from '../../../server/metacontroller/testing/related.ts'
import type { Api } from '../cluster/api.ts'
import { kinds, subjectOf } from './trace.ts'
import type { RecordedCall, ScenarioApp, World } from './world.ts'

const own = '/apis/scenarios.example.com/v1'
const paths: Record<string, [base: string, resource: string]> = {
  Note: [own, 'notes'],
  Page: [own, 'pages'],
  Set: [own, 'sets'],
  Shelf: [own, 'shelves'],
  ConfigMap: ['/api/v1', 'configmaps'],
  Secret: ['/api/v1', 'secrets'],
  Namespace: ['/api/v1', 'namespaces'],
}

function pathOf(kind: string, namespace?: string, name?: string): string {
  const [base, resource] = paths[kind] ?? []
  const scope = namespace ? `/namespaces/${namespace}` : ''
  return `${base}${scope}/${resource}${name ? `/${name}` : ''}`
}

/** The objects of a call's field, flat. */
function sentObjects(body: RecordedCall['body'], ...fields: string[]): KubeObject[] {
  const groups = fields.flatMap((field) => Object.values((body[field] ?? {}) as object))
  return groups.flatMap((group) => Object.values(group as Record<string, KubeObject>))
}

const versionOf = (object: KubeObject) => `${placeOf(object)} ${object.metadata.resourceVersion}`
const versions = (objects: readonly KubeObject[]) => [...new Set(objects.map(versionOf))].sort()

function isWatchedBy(controller: Controller, { kind, metadata }: KubeObject): boolean {
  if (controller.type === 'CompositeController') return kind === controller.parent.kind
  const isStamped = metadata.annotations?.stamp === 'yes' || metadata.finalizers !== undefined
  return kind in controller.resources && isStamped
}

/** Whether what a call answered has been written. */
function isWritten({ answer }: RecordedCall, object: KubeObject, all: readonly KubeObject[]) {
  const { status, children, attachments, finalized } = answer as Record<string, unknown>
  if (finalized !== undefined) return true
  const desired = (children ?? attachments ?? []) as KubeObject[]
  const isStored = ({
    kind,
    metadata: { name, namespace = object.metadata.namespace },
  }: KubeObject) =>
    all.some(
      ({ kind: each, metadata }) =>
        each === kind && metadata.name === name && metadata.namespace === namespace,
    )
  const { observedGeneration: _, ...stored } = (object.status ?? {}) as Record<string, unknown>
  return (status === undefined || isEqual(status, stored)) && desired.every(isStored)
}

/** Whether a call has everything about an object as it is now. */
function isCurrent(
  controller: Controller,
  call: RecordedCall,
  object: KubeObject,
  rules: readonly RelatedRule[],
  all: readonly KubeObject[],
): boolean {
  const called = subjectOf(call)
  const isIgnoring =
    controller.type === 'CompositeController' && controller.parent.ignoreStatusChanges === true
  const visible = ({ metadata: { generation, labels, annotations } }: KubeObject) => ({
    generation,
    labels,
    annotations,
  })
  const isSame = isIgnoring
    ? isEqual(visible(called), visible(object))
    : versionOf(called) === versionOf(object)
  const children = all.filter(({ metadata }) =>
    metadata.ownerReferences?.some(({ uid }) => uid === object.metadata.uid),
  )
  const get = ({ metadata }: { metadata: { name: string } }) =>
    all.find((each) => each.kind === 'Namespace' && each.metadata.name === metadata.name)
  const related = all.filter((each) =>
    rules.some((rule) => {
      const [kind = ''] = Object.entries(paths).find(([, path]) => path[1] === rule.resource) ?? []
      return matchesRule({ get }, rule, { apiVersion: rule.apiVersion, kind }, each)
    }),
  )
  return (
    isSame &&
    isWritten(call, object, all) &&
    isEqual(versions(sentObjects(call.body, 'children', 'attachments')), versions(children)) &&
    isEqual(versions(sentObjects(call.body, 'related')), versions(related))
  )
}

/** The world of a real Metacontroller. */
export function openWorld(api: Api, { controllers, calls }: ScenarioApp): World {
  async function request(method: string, path: string, body?: object): Promise<KubeObject> {
    const answer =
      method === 'PATCH' && body
        ? await api.patch<KubeObject>(path, body)
        : await api.call<KubeObject>(method, path, body)
    if (answer.code > 299) throw new Error(`${method} ${path}: ${answer.body.message}`)
    return answer.body
  }
  async function list(kind: string): Promise<KubeObject[]> {
    const { items } = (await request('GET', pathOf(kind))) as unknown as { items: KubeObject[] }
    const [base = ''] = paths[kind] ?? []
    const apiVersion = base.replace(/^\/apis?\//, '')
    // Objects of a list lack what they have in common.
    return items
      .map((item) => ({ ...item, apiVersion, kind }))
      .filter(({ metadata }) => metadata.name !== 'kube-root-ca.crt')
      .filter(({ metadata }) => !metadata.namespace?.startsWith('kube-'))
  }
  async function findStale(): Promise<string[]> {
    const all = (await Promise.all([...kinds, 'Namespace'].map(list))).flat()
    return controllers.flatMap((controller) =>
      all
        .filter((object) => isWatchedBy(controller, object))
        .filter((object) => {
          const own = calls
            .filter((call) => call.controller === controller.name)
            .filter((call) => subjectOf(call).metadata.uid === object.metadata.uid)
          const call = own.findLast(({ hook }) => hook !== 'customize')
          const selected = own.findLast(({ hook }) => hook === 'customize')?.answer
          const { relatedResources = [] } = (selected ?? {}) as { relatedResources?: RelatedRule[] }
          return !call || !isCurrent(controller, call, object, relatedResources, all)
        })
        .map((object) => `${controller.name} ${placeOf(object)}`),
    )
  }
  return {
    create: async (object) =>
      void (await request('POST', pathOf(object.kind, object.metadata.namespace), object)),
    patch: async (kind, name, patch, namespace) =>
      void (await request('PATCH', pathOf(kind, namespace, name), patch)),
    delete: async (kind, name, namespace) =>
      void (await request('DELETE', pathOf(kind, namespace, name))),
    list,
    async settle() {
      const isSettled = (stale: string[]) => stale.length === 0
      await waitFor(findStale, isSettled, { what: 'Metacontroller has called about each object' })
    },
  }
}
