import type { KubeObject } from '../../../server/metacontroller/index.ts'
import { placeOf } from '../../../server/metacontroller/testing/index.ts'
import type { RecordedCall, ScenarioApp, World } from './world.ts'

/** What a step of a scenario led to, without what differs from run to run. */
export interface TracedStep {
  step: string
  /** The last call about each object until then, by controller and object. */
  calls: Record<string, unknown>
  objects: Record<string, unknown>
}

/** The kinds of objects that scenarios have. */
export const kinds = ['Note', 'Set', 'Shelf', 'Page', 'ConfigMap', 'Secret'] as const

const dropped = new Set([
  'managedFields',
  'resourceVersion',
  'controller',
  'deletionGracePeriodSeconds',
])
const times = new Set(['creationTimestamp', 'deletionTimestamp'])
/** A label and fields that the API server gives every namespace. */
const ofNamespaces = new Set(['kubernetes.io/metadata.name', 'spec', 'status', 'uid'])

/** Replaces what is random or a time, and drops what only a real API server has. */
export function normalize(
  value: unknown,
  names: ReadonlyMap<string, string>,
  isInNamespace = false,
): unknown {
  if (typeof value === 'string') {
    let text = value
    for (const [uid, name] of names) text = text.replaceAll(uid, `uid of ${name}`)
    return text
  }
  if (Array.isArray(value)) return value.map((item) => normalize(item, names, isInNamespace))
  if (typeof value !== 'object' || value === null) return value
  const isNamespace = (value as { kind?: unknown }).kind === 'Namespace' || isInNamespace
  const entries = Object.entries(value)
    .filter(([name, field]) => !dropped.has(name) && field !== undefined)
    .filter(([name]) => !isNamespace || !ofNamespaces.has(name))
    .map(([name, field]) => [
      name,
      times.has(name) ? 'a time' : normalize(field, names, isNamespace),
    ])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
  return Object.fromEntries(entries)
}

/** The object that a call is about. */
export function subjectOf({ body }: RecordedCall): KubeObject {
  return (body.parent ?? body.object) as KubeObject
}

/** Only the last sync of a controller that is told of statuses has the last status. */
function withoutStatus({ controller, hook, body }: RecordedCall): unknown {
  if (hook === 'sync' && controller !== 'sets') return body
  const { parent, object, ...rest } = body as Record<'parent' | 'object', object | undefined>
  const strip = (it: object | undefined) => it && { ...it, status: undefined }
  return {
    ...rest,
    ...(parent && { parent: strip(parent) }),
    ...(object && { object: strip(object) }),
  }
}

/** Runs a scenario; resolves to what each step led to. */
export async function traceScenario(
  steps: readonly (readonly [string, (world: World) => Promise<void>])[],
  world: World,
  { calls }: ScenarioApp,
): Promise<TracedStep[]> {
  const names = new Map<string, string>()
  const traced: TracedStep[] = []
  for (const [step, happens] of steps) {
    await happens(world)
    await world.settle()
    const objects = (await Promise.all(kinds.map((kind) => world.list(kind)))).flat()
    for (const object of objects.concat(calls.map(subjectOf)))
      names.set(`${object.metadata.uid}`, placeOf(object))
    const last = new Map(
      calls.map((call) => [`${call.controller} ${call.hook} ${placeOf(subjectOf(call))}`, call]),
    )
    const sorted = [...last].sort(([a], [b]) => (a < b ? -1 : 1))
    traced.push({
      step,
      calls: Object.fromEntries(
        sorted.map(([key, call]) => [key, normalize(withoutStatus(call), names)]),
      ),
      objects: Object.fromEntries(
        objects.map((object) => [placeOf(object), normalize(object, names)] as const).sort(),
      ),
    })
  }
  return traced
}
