import Type from 'typebox'
import {
  type Controller,
  defineComposite,
  defineDecorator,
  type HookOptions,
  metacontrollerHooks,
} from '../../../server/metacontroller/index.ts'

// Controllers that use what Metacontroller has, for the real one and the simulated one.

const apiVersion = 'scenarios.example.com/v1'
const meta = Type.Object({ name: Type.String(), namespace: Type.Optional(Type.String()) })
const strings = (description: string) =>
  Type.Unsafe<Record<string, string>>({
    type: 'object',
    description,
    additionalProperties: { type: 'string' },
  })
const status = Type.Object({ copies: Type.Integer() })

interface ConfigMap {
  data?: Record<string, string>
}
interface Secret {
  type?: string
  data?: Record<string, string>
}
interface Page {
  spec?: { lines: { name: string; text?: string }[] }
}
const ConfigMap = { apiVersion: 'v1', resource: 'configmaps', schema: Type.Unsafe<ConfigMap>({}) }
const Secret = { apiVersion: 'v1', resource: 'secrets', schema: Type.Unsafe<Secret>({}) }
const Page = { apiVersion, resource: 'pages', schema: Type.Unsafe<Page>({}) }

/** A namespaced parent, with a kind of children for each strategy of updates, and a finalize hook. */
export const notes = defineComposite({
  name: 'notes',
  parent: {
    apiVersion,
    kind: 'Note',
    resource: 'notes',
    schema: Type.Object({
      metadata: meta,
      spec: Type.Object({ text: Type.String(), copies: Type.Array(Type.String()) }),
    }),
    status,
    crd: {},
  },
  children: {
    ConfigMap: { ...ConfigMap, updateStrategy: 'InPlace' },
    Page: { ...Page, updateStrategy: 'Recreate' },
    Secret,
  },
  finalize: true,
})

/** The kind of lists of objects, as a parent without hooks of its own would have it. */
export const pages = defineComposite({
  name: 'pages',
  parent: {
    apiVersion,
    kind: 'Page',
    resource: 'pages',
    schema: Type.Object({
      spec: Type.Object({
        lines: Type.Array(Type.Object({ name: Type.String(), text: Type.Optional(Type.String()) })),
      }),
    }),
    status,
    crd: {},
  },
})

/** A parent with a selector of its own, which adopts and releases. */
export const sets = defineComposite({
  name: 'sets',
  parent: {
    apiVersion,
    kind: 'Set',
    resource: 'sets',
    schema: Type.Object({
      metadata: meta,
      spec: Type.Object({
        selector: Type.Object({ matchLabels: strings('Labels of the children.') }),
      }),
    }),
    status,
    ignoreStatusChanges: true,
    crd: {},
  },
  children: { ConfigMap: { ...ConfigMap, updateStrategy: 'InPlace' } },
  generateSelector: false,
})

/** A cluster-scoped parent, which copies a related object into selected namespaces. */
export const shelves = defineComposite({
  name: 'shelves',
  parent: {
    apiVersion,
    kind: 'Shelf',
    resource: 'shelves',
    scope: 'Cluster',
    schema: Type.Object({
      metadata: meta,
      spec: Type.Object({
        from: Type.String(),
        source: Type.String(),
        labels: strings('Labels of the namespaces.'),
      }),
    }),
    status,
    crd: {},
  },
  children: { ConfigMap: { ...ConfigMap, updateStrategy: 'InPlace' } },
  related: {
    ConfigMap,
    Namespace: { apiVersion: 'v1', resource: 'namespaces', scope: 'Cluster' },
    Secret,
  },
})

/** A decorator of annotated pages, with attachments and a finalize hook. */
export const stamps = defineDecorator({
  name: 'stamps',
  resources: {
    Page: { ...Page, annotationSelector: { matchAnnotations: { stamp: 'yes' } } },
  },
  attachments: { ConfigMap: { ...ConfigMap, updateStrategy: 'InPlace' } },
  finalize: true,
})

/** The controllers whose parents need a CRD. */
export const ownKinds = [notes, pages, sets, shelves]

const named = <T extends object>(name: string, parts: T, namespace?: string) => ({
  metadata: { name, ...(namespace && { namespace }) },
  ...parts,
})

/** The hooks of each controller, as plugins to be registered under its name. */
export function scenarioHooks({ gate }: Pick<HookOptions, 'gate'>) {
  const plugin = <C extends Controller>(
    controller: C,
    hooks: Omit<Parameters<typeof metacontrollerHooks<C>>[1], 'gate'>,
  ) => ({
    controller: controller as Controller,
    plugin: metacontrollerHooks(controller, { ...hooks, gate } as Parameters<
      typeof metacontrollerHooks<C>
    >[1]),
  })
  return [
    plugin(notes, {
      sync({ parent: { spec }, children }) {
        const { text, copies } = spec
        return {
          status: { copies: children.ConfigMap.size + children.Page.size + children.Secret.size },
          children: {
            ConfigMap: copies.map((name) => named(name, { data: { text } })),
            Page: copies.map((name) => named(name, { spec: { lines: [{ name: 'a', text }] } })),
            Secret: copies.map((name) =>
              named(name, { type: 'Opaque', data: { text: btoa(text) } }),
            ),
          },
        }
      },
      finalize({ children }) {
        const left = children.ConfigMap.size + children.Page.size + children.Secret.size
        return { status: { copies: 0 }, finalized: left === 0 }
      },
    }),
    plugin(sets, {
      // What was observed is sent back whole, which must come to rest.
      sync: ({ parent, children }) => ({
        status: { copies: children.ConfigMap.size },
        children: {
          ConfigMap: [
            ...[...children.ConfigMap].filter(({ metadata }) => metadata.name !== 'own'),
            {
              metadata: { name: 'own', labels: parent.spec.selector.matchLabels },
              data: { size: `${children.ConfigMap.size}` },
            },
          ],
        },
      }),
    }),
    plugin(shelves, {
      customize: ({ parent: { spec } }) => ({
        ConfigMap: { names: [spec.source], namespace: spec.from },
        Namespace: { labelSelector: { matchLabels: spec.labels } },
        Secret: { namespaceSelector: { matchLabels: spec.labels } },
      }),
      sync({ parent: { spec }, related, children }) {
        const source = related.ConfigMap.get(spec.source, spec.from)
        const { data = {} } = source ?? {}
        const secrets = `${related.Secret.size}`
        const copies = [...(source ? related.Namespace : [])].map(({ metadata: { name } }) =>
          named(spec.source, { data: { ...data, secrets } }, name),
        )
        return { status: { copies: children.ConfigMap.size }, children: { ConfigMap: copies } }
      },
    }),
    plugin(stamps, {
      sync: ({ object: { metadata, spec }, attachments }) => ({
        labels: { stamped: 'yes', draft: null },
        annotations: { lines: `${spec?.lines.length ?? 0}`, old: null },
        attachments: {
          ConfigMap: [
            named(`${metadata.name}-stamp`, { data: { seen: `${attachments.ConfigMap.size}` } }),
          ],
        },
      }),
      finalize: ({ attachments }) => ({
        labels: { stamped: null },
        annotations: { lines: null },
        finalized: attachments.ConfigMap.size === 0,
      }),
    }),
  ]
}
