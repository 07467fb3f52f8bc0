import { waitFor } from '../../../hack/lib/wait-for.ts'
import type { KubeObject } from '../../../server/metacontroller/index.ts'
import { placeOf } from '../../../server/metacontroller/testing/index.ts'
import { matchesRule, type RelatedRule } from '../../../server/metacontroller/testing/related.ts'
import type { Api } from '../cluster/api.ts'
import { isCurrent, isWatchedBy } from './current.ts'
import { kinds, subjectOf } from './trace.ts'
import type { ScenarioApp, World } from './world.ts'

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

/** The objects that a customize hook has selected. */
function selectRelated(rules: readonly RelatedRule[], all: readonly KubeObject[]): KubeObject[] {
  const get = ({ metadata }: { metadata: { name: string } }) =>
    all.find((each) => each.kind === 'Namespace' && each.metadata.name === metadata.name)
  return all.filter((each) =>
    rules.some((rule) => {
      const [kind = ''] = Object.entries(paths).find(([, path]) => path[1] === rule.resource) ?? []
      return matchesRule({ get }, rule, { apiVersion: rule.apiVersion, kind }, each)
    }),
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
          const related = selectRelated(relatedResources, all)
          return !call || !isCurrent(controller, call, object, related, all)
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
