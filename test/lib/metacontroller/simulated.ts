import type { KubeObject } from '../../../server/metacontroller/index.ts'
import { createTestCluster } from '../../../server/metacontroller/testing/index.ts'
import { namespaces } from './scenarios.ts'
import type { ScenarioApp, World } from './world.ts'

/** Applies a JSON merge patch. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const merged: Record<string, unknown> = { ...(target as object) }
  for (const [name, value] of Object.entries(patch))
    if (value === null) delete merged[name]
    else merged[name] = mergePatch(merged[name], value)
  return merged
}

/** The world of the simulated Metacontroller; no garbage collector, as the real one has none. */
export function simulateWorld({ app, controllers }: ScenarioApp): World {
  const cluster = createTestCluster({ hasGarbageCollector: false })
  for (const [name, labels] of Object.entries(namespaces))
    cluster.api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })
  for (const controller of controllers) cluster.serve(controller, app, `/${controller.name}`)
  const find = (kind: string, name: string, namespace?: string) => {
    const object = cluster.get(kind, name, namespace)
    if (!object) throw new Error(`there is no ${kind} ${namespace}/${name}`)
    return object
  }
  return {
    create: async (object) => void cluster.api.create(object),
    patch: async (kind, name, patch, namespace) =>
      void cluster.api.update(
        find(kind, name, namespace),
        (object) => mergePatch(object, patch) as KubeObject,
      ),
    delete: async (kind, name, namespace) => cluster.api.delete(find(kind, name, namespace)),
    list: async (kind) => cluster.list(kind),
    settle: cluster.settle,
  }
}
