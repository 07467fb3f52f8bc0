import type { KubeObject, LabelSelector } from '../kube.ts'
import type { Kinds } from '../objects.ts'
import type { Cache } from './cache.ts'
import type { CallResult } from './call.ts'
import { groupObjects } from './children.ts'
import { matchesLabels } from './selectors.ts'

/** A rule of a customize hook's answer. */
export interface RelatedRule {
  apiVersion: string
  resource: string
  labelSelector?: LabelSelector | null
  namespaceSelector?: LabelSelector | null
  namespace?: string
  names?: readonly string[] | null
}

/** A kind that a rule names by its resource. */
type KindOfRule = { apiVersion: string; kind: string }

/** Finds the declared kind of a rule. */
function findKind(kinds: Kinds, rule: RelatedRule): KindOfRule | undefined {
  for (const [key, { apiVersion, resource, kind = key }] of Object.entries(kinds))
    if (apiVersion === rule.apiVersion && resource === rule.resource) return { apiVersion, kind }
  return undefined
}

/** Whether a rule of that kind selects an object. */
export function matchesRule(
  cache: Pick<Cache, 'get'>,
  rule: RelatedRule,
  { apiVersion, kind }: KindOfRule,
  object: KubeObject,
): boolean {
  if (object.kind !== kind || object.apiVersion !== apiVersion) return false
  const { name, namespace, labels } = object.metadata
  if (rule.names?.length && !rule.names.includes(name)) return false
  if (rule.namespace && namespace !== undefined && namespace !== rule.namespace) return false
  if (rule.namespaceSelector) {
    const metadata = { name: namespace ?? '' }
    const found = cache.get({ apiVersion: 'v1', kind: 'Namespace', metadata })
    if (!found || !matchesLabels(rule.namespaceSelector, found.metadata.labels)) return false
  }
  return matchesLabels(rule.labelSelector ?? undefined, labels)
}

/** The answers of a customize hook, which Metacontroller keeps for each generation of an object. */
export interface Selections {
  /** Asks the hook for an object, unless its answer is known. */
  ask(object: KubeObject): Promise<CallResult<object>>
  /** The related objects by the answer for an object, as they are sent. */
  find(object: KubeObject): ReturnType<typeof groupObjects>
  /** Whether one of these versions of an object is related to another by its answer. */
  includes(object: KubeObject, versions: readonly KubeObject[]): boolean
}

/** Creates the answers of a hook; without related kinds nothing is asked or found. */
export function createSelections(
  kinds: Kinds | undefined,
  cache: () => Pick<Cache, 'get' | 'list'>,
  customize: (object: KubeObject) => Promise<CallResult>,
): Selections {
  type Resolved = { rule: RelatedRule; kind: KindOfRule }
  const answers = new Map<string, Resolved[]>()
  const keyOf = ({ metadata }: KubeObject) => `${metadata.uid} ${metadata.generation ?? 0}`
  const rulesOf = (object: KubeObject) => answers.get(keyOf(object)) ?? []
  return {
    async ask(object) {
      if (!kinds || answers.has(keyOf(object))) return { kind: 'answered', answer: {} }
      const result = await customize(object)
      if (result.kind !== 'answered') return result
      const rules = (result.answer.relatedResources ?? []) as readonly RelatedRule[]
      const resolved = rules.map((rule) => ({ rule, kind: findKind(kinds, rule) }))
      const unknown = resolved.find(({ kind }) => kind === undefined)
      if (unknown) return { kind: 'failed', why: `${unknown.rule.resource} are not declared` }
      answers.set(keyOf(object), resolved as Resolved[])
      return { kind: 'answered', answer: {} }
    },
    find(object) {
      const rules = rulesOf(object)
      const found = rules.flatMap(({ rule, kind }) =>
        cache()
          .list(kind)
          .filter((each) => matchesRule(cache(), rule, kind, each)),
      )
      return groupObjects(
        rules.map(({ kind }) => kind),
        found,
      )
    },
    includes: (object, versions) =>
      rulesOf(object).some(({ rule, kind }) =>
        versions.some((version) => matchesRule(cache(), rule, kind, version)),
      ),
  }
}
