import type { Composite, Controller, Decorator } from './declaration.ts'

/** Where Metacontroller finds the hooks, and how it calls them. */
export interface HookAddress {
  /** Base URL of the hooks, with the prefix of the plugin if it has one. */
  url: string
  /** Version of the hooks; `v1` for a Metacontroller before 4.15. */
  version?: 'v1' | 'v2'
  /** How long a call may take, as in `10s`, which is the default. */
  timeout?: string
  /** More fields of every webhook, as `caBundle`. */
  webhook?: Readonly<Record<string, unknown>>
}

/** Drops the fields that are undefined, so that the result is equal to what its YAML says. */
function compact<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
}

function buildHooks(controller: Controller, address: HookAddress) {
  const { url, version = 'v2', timeout = '10s', webhook } = address
  const hook = (path: string) => ({
    version,
    webhook: { url: `${url.replace(/\/$/, '')}/${path}`, timeout, ...webhook },
  })
  return {
    sync: hook('sync'),
    ...(controller.finalize && { finalize: hook('finalize') }),
    ...(controller.related && { customize: hook('customize') }),
  }
}

type ChildKinds = Composite['children'] | Decorator['attachments']

function buildChildRules(kinds: ChildKinds) {
  if (!kinds) return undefined
  return Object.values(kinds).map(({ apiVersion, resource, updateStrategy, statusChecks }) => {
    if (!updateStrategy) return { apiVersion, resource }
    const checks = statusChecks && { conditions: statusChecks }
    const strategy = compact({ method: updateStrategy, statusChecks: checks })
    return { apiVersion, resource, updateStrategy: strategy }
  })
}

function buildCompositeSpec({ parent, children, generateSelector = true }: Composite) {
  const { apiVersion, resource, labelSelector, ignoreStatusChanges, revisionHistory } = parent
  return {
    parentResource: compact({
      apiVersion,
      resource,
      labelSelector,
      ignoreStatusChanges,
      revisionHistory: revisionHistory && { fieldPaths: revisionHistory },
    }),
    childResources: buildChildRules(children),
    generateSelector,
  }
}

function buildDecoratorSpec({ resources, attachments }: Decorator) {
  const rules = Object.values(resources).map(
    ({ apiVersion, resource, labelSelector, annotationSelector, ignoreStatusChanges }) =>
      compact({ apiVersion, resource, labelSelector, annotationSelector, ignoreStatusChanges }),
  )
  return { resources: rules, attachments: buildChildRules(attachments) }
}

/**
 * Builds the manifest of a controller: a CompositeController or a DecoratorController with the hooks
 * of its declaration.
 */
export function controllerOf(controller: Controller, address: HookAddress) {
  const { name, type, resyncPeriodSeconds } = controller
  const spec =
    controller.type === 'CompositeController'
      ? buildCompositeSpec(controller)
      : buildDecoratorSpec(controller)
  return {
    apiVersion: 'metacontroller.k8s.io/v1alpha1',
    kind: type,
    metadata: { name },
    spec: compact({ ...spec, resyncPeriodSeconds, hooks: buildHooks(controller, address) }),
  }
}
