import { AnswerError } from './desired.ts'
import type { LabelSelector } from './kube.ts'
import type { Kinds } from './objects.ts'

/**
 * Which objects of a kind are related: some by name, those with labels, or those in namespaces with
 * labels. Without `namespace`, in all namespaces; `{}` selects all objects of the kind.
 */
export type Selection = ByName | ByLabels | ByNamespaces

interface ByName {
  names: readonly string[]
  namespace?: string | undefined
  labelSelector?: never
  namespaceSelector?: never
}
interface ByLabels {
  labelSelector?: LabelSelector | undefined
  namespace?: string | undefined
  names?: never
  namespaceSelector?: never
}
interface ByNamespaces {
  labelSelector?: LabelSelector | undefined
  namespaceSelector: LabelSelector
  names?: never
  namespace?: never
}

/** The related objects of a parent, by the key of their kind's declaration. */
export type SelectionOf<K> = { [N in keyof K]?: Selection | readonly Selection[] }

type Rule = Selection & { apiVersion: string; resource: string }

type Fields = { [F in 'names' | 'namespace' | 'labelSelector' | 'namespaceSelector']?: unknown }

/** Says what Metacontroller would refuse about a selection. */
function findFault(selection: Fields, isNamespaced: boolean): string | undefined {
  const { names, namespace, labelSelector, namespaceSelector } = selection
  if (names && (labelSelector || namespaceSelector))
    return 'names and a selector exclude each other'
  if (namespace && namespaceSelector) return 'namespace and namespaceSelector exclude each other'
  if ((namespace || namespaceSelector) && !isNamespaced)
    return 'a cluster-scoped kind has no namespaces to select'
  return undefined
}

/**
 * Turns the selections of a customize hook into Metacontroller's rules. Throws an AnswerError for a
 * kind that is not declared, and for a combination that Metacontroller refuses.
 */
export function listRules(kinds: Kinds | undefined, answer: unknown): Rule[] {
  return Object.entries((answer ?? {}) as SelectionOf<Kinds>).flatMap(([key, selections]) => {
    const declared = kinds?.[key]
    if (!declared) throw new AnswerError(`the related kind ${key} of the answer is not declared`)
    const { apiVersion, resource, scope } = declared
    return [selections ?? []].flat().flatMap((selection): Rule[] => {
      const fault = findFault(selection, scope !== 'Cluster')
      if (fault) throw new AnswerError(`related ${key} of the answer: ${fault}`)
      // Metacontroller takes an empty list for none, and would select all objects.
      return selection.names?.length === 0 ? [] : [{ apiVersion, resource, ...selection }]
    })
  })
}
