import { type Decorator, finalizerOf } from '../declaration.ts'
import type { ApiServer } from './api-server.ts'
import {
  type Behaviour,
  hasFinalizer,
  managesChildren,
  nameKinds,
  place,
  setFinalizer,
} from './behaviour.ts'
import type { Cache } from './cache.ts'
import { findController, manageChildren } from './children.ts'
import { matchesLabels } from './selectors.ts'
import { isEqual } from './values.ts'

/** Sets and removes entries of labels or annotations. */
function setEntries(
  entries: Readonly<Record<string, string>> | undefined,
  changes: Readonly<Record<string, string | null>> | null | undefined,
): Record<string, string> {
  const next: Record<string, string> = { ...entries }
  for (const [key, value] of Object.entries(changes ?? {}))
    if (value === null) delete next[key]
    else next[key] = value
  return next
}

const decoratorAnnotation = 'metacontroller.k8s.io/decorator-controller'

/** The behaviour of a DecoratorController. */
export function decoratorBehaviour(
  controller: Decorator,
  api: ApiServer,
  cache: () => Cache,
): Behaviour {
  const { name } = controller
  const finalizer = finalizerOf(controller)
  const kinds = nameKinds(controller.resources)
  const childKinds = nameKinds(controller.attachments)

  return {
    kinds,
    childKinds,
    finalizer,
    subject: 'object',
    children: 'attachments',
    selects({ apiVersion, kind, metadata: { labels, annotations } }) {
      const declared = kinds.find((each) => each.kind === kind && each.apiVersion === apiVersion)
      if (!declared) return false
      const { labelSelector, annotationSelector: { matchAnnotations, ...rest } = {} } = declared
      const byAnnotations = { ...rest, matchLabels: matchAnnotations }
      return matchesLabels(labelSelector, labels) && matchesLabels(byAnnotations, annotations)
    },
    wouldAdopt: () => false,
    claim: ({ metadata: { uid, namespace } }) =>
      childKinds
        .flatMap((kind) => cache().list(kind, namespace))
        .filter((child) => findController(child)?.uid === uid)
        .filter(({ metadata }) => metadata.annotations?.[decoratorAnnotation] === name),
    write(object, observed, { labels, annotations, status, attachments, finalized }) {
      const { finalizers: _, ...bare } = object.metadata
      const metadata = {
        ...object.metadata,
        labels: setEntries(bare.labels, labels),
        annotations: setEntries(bare.annotations, annotations),
      }
      const next = { ...object, metadata, ...(status && { status }) }
      const same = { labels: {}, annotations: {}, ...object.metadata }
      const isChanged = !isEqual(next, { ...object, metadata: same })
      if (isChanged || (finalized && hasFinalizer(object, finalizer))) {
        // Somebody has changed it since: the next sync sees that.
        const { resourceVersion } = object.metadata
        if (api.get(object)?.metadata.resourceVersion !== resourceVersion) return undefined
        api.update(object, () => next)
        if (finalized) setFinalizer(api, object, finalizer, false)
      }
      const desired = place(attachments ?? [], object).map((child) => {
        const own = { ...child.metadata.annotations, [decoratorAnnotation]: name }
        return { ...child, metadata: { ...child.metadata, annotations: own } }
      })
      if (managesChildren(object, finalizer))
        manageChildren({ api, parent: object, kinds: childKinds }, observed, desired)
      return undefined
    },
  }
}
