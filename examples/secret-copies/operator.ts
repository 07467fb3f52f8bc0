import { defineComposite, type HooksOf } from 'fastify-metacontroller'
import Type from 'typebox'

interface Secret {
  type?: string
  data?: Record<string, string>
}
const Secret = { apiVersion: 'v1', resource: 'secrets', schema: Type.Unsafe<Secret>({}) } as const

/** A SecretCopy: a Secret, and labels of the namespaces that get a copy of it. */
export const secretCopies = defineComposite({
  name: 'secret-copies',
  parent: {
    apiVersion: 'examples.example.com/v1',
    kind: 'SecretCopy',
    resource: 'secretcopies',
    scope: 'Cluster',
    schema: Type.Object({
      spec: Type.Object({
        namespace: Type.String({ description: 'Namespace of the Secret.' }),
        name: Type.String({ description: 'Name of the Secret, and of its copies.' }),
        labels: Type.Unsafe<Record<string, string>>({
          type: 'object',
          description: 'Labels of the namespaces that get a copy.',
          additionalProperties: { type: 'string' },
        }),
      }),
    }),
    status: Type.Object({ copies: Type.Integer({ description: 'Number of copies.' }) }),
    crd: { columns: [{ name: 'Copies', type: 'integer', jsonPath: '.status.copies' }] },
  },
  children: { Secret: { ...Secret, updateStrategy: 'InPlace' } },
  related: { Secret, Namespace: { apiVersion: 'v1', resource: 'namespaces', scope: 'Cluster' } },
})

/** What Metacontroller asks: which objects matter, and which copies there should be. */
export const hooks: HooksOf<typeof secretCopies> = {
  customize: ({ parent: { spec } }) => ({
    Secret: { names: [spec.name], namespace: spec.namespace },
    Namespace: { labelSelector: { matchLabels: spec.labels } },
  }),
  sync({ parent: { spec }, related }) {
    const source = related.Secret.get(spec.name, spec.namespace)
    const namespaces = [...related.Namespace].map(({ metadata }) => metadata.name)
    const targets = source ? namespaces.filter((name) => name !== spec.namespace) : []
    const { type = 'Opaque', data = {} } = source ?? {}
    const copies = targets.map((namespace) => ({
      metadata: { name: spec.name, namespace },
      type,
      data,
    }))
    return { status: { copies: copies.length }, children: { Secret: copies } }
  },
}
