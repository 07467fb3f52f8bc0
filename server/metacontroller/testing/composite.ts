import { type Composite, finalizerOf } from '../declaration.ts'
import { formatName, type KubeObject, type LabelSelector } from '../kube.ts'
import type { ApiServer } from './api-server.ts'
import { type Behaviour, managesChildren, nameKinds, place, setFinalizer } from './behaviour.ts'
import type { Cache } from './cache.ts'
import { findController, manageChildren, ownerReference } from './children.ts'
import { matchesLabels } from './selectors.ts'

/** The behaviour of a CompositeController. */
export function compositeBehaviour(
  controller: Composite,
  api: ApiServer,
  cache: () => Cache,
): Behaviour {
  const { parent: parentKind, generateSelector = true } = controller
  const finalizer = finalizerOf(controller)
  const childKinds = nameKinds(controller.children)

  function selectorOf({ metadata, spec }: KubeObject): LabelSelector | undefined {
    if (generateSelector) return { matchLabels: { 'controller-uid': metadata.uid ?? '' } }
    const { selector } = (spec ?? {}) as { selector?: LabelSelector }
    const { matchLabels = {}, matchExpressions = [] } = selector ?? {}
    const isEmpty = Object.keys(matchLabels).length + matchExpressions.length === 0
    return isEmpty ? undefined : selector
  }
  function setOwner(child: KubeObject, parent: KubeObject, isWanted: boolean): void {
    api.update(child, (live) => {
      const { ownerReferences = [], ...metadata } = live.metadata
      const others = ownerReferences.filter(({ uid }) => uid !== parent.metadata.uid)
      const next = isWanted ? [...others, ownerReference(parent)] : others
      return { ...live, metadata: { ...metadata, ownerReferences: next } }
    })
  }

  return {
    kinds: [parentKind],
    childKinds,
    finalizer,
    subject: 'parent',
    children: 'children',
    selects: ({ metadata }) => matchesLabels(parentKind.labelSelector, metadata.labels),
    wouldAdopt(parent, orphan) {
      const selector = selectorOf(parent)
      return selector !== undefined && matchesLabels(selector, orphan.metadata.labels)
    },
    claim(parent) {
      const { uid, namespace, deletionTimestamp } = parent.metadata
      const all = childKinds.flatMap((kind) => cache().list(kind, namespace))
      return all.filter((child) => {
        const owner = findController(child)
        if (owner && owner.uid !== uid) return false
        const isMatch = this.wouldAdopt(parent, child)
        if (owner && isMatch) return true
        if (deletionTimestamp || child.metadata.deletionTimestamp) return false
        if (owner || isMatch) setOwner(child, parent, isMatch)
        return isMatch
      })
    },
    write(called, observed, { status, children, finalized }) {
      let parent = called
      if (finalized) parent = setFinalizer(api, parent, finalizer, false) ?? parent
      const selector = selectorOf(parent)
      const desired = place(children ?? [], parent).map((child) => {
        const { labels } = child.metadata
        if (!generateSelector || labels?.['controller-uid']) return child
        const own = { ...labels, 'controller-uid': parent.metadata.uid ?? '' }
        return { ...child, metadata: { ...child.metadata, labels: own } }
      })
      const stray = desired.find(({ metadata }) => !matchesLabels(selector, metadata.labels))
      if (stray)
        return `labels on desired child ${stray.kind} ${formatName(stray.metadata)} don't match parent selector`
      if (managesChildren(parent, finalizer))
        manageChildren({ api, parent, kinds: childKinds }, observed, desired)
      // The status may be computed from an old object: it replaces the present one all the same.
      const observedGeneration = parent.metadata.generation ?? 0
      api.update(parent, (live) => ({ ...live, status: { ...status, observedGeneration } }))
      return undefined
    },
  }
}
